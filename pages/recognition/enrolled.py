"""Who was enrolled in addition: how long it took, whom their other photos are taken for now, and the way back."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.storage import RunFolder
from pages.recognition.newcomers import all_newcomers
from pages.recognition.probes import sprites
from pages.recognition.scene import KINDS, Scene, scene
from pages.shared.components.chart import Row, gallery
from pages.shared.runs import readers
from pages.shared.words import counted, plain

SLOW = 2.0  # seconds


def undo(run: RunFolder, epoch: int, code: int, people: int) -> None:
    """Take somebody out of the gallery again."""
    st.session_state.pop("who_measured", None)
    if code < people:
        codes = st.session_state["who_also"].get(run.id, [])
        st.session_state["who_also"][run.id] = [one for one in codes if one != code]
        return
    own = [one for one in all_newcomers() if (one.run, one.epoch) == (run.id, epoch)]
    gone = own[code - people] if code - people < len(own) else None
    st.session_state["who_newcomers"] = [one for one in all_newcomers() if one is not gone]


def results(run: RunFolder, found: Scene, threshold: float, people: int) -> None:
    """Show everybody who was enrolled in addition, the last one first."""
    new = [code for code in found.enrolment.enrolled.tolist() if code in found.wish.also or code >= people]
    measured = st.session_state.get("who_measured")
    if measured is not None:
        st.success(_time_words(measured), icon=":material/timer:")
    if not new:
        st.info(
            "Choose somebody and press Enrol: no weight of the network changes, the gallery grows by a few rows.",
            icon=":material/person_add:",
        )
        return
    for code in reversed(new):
        left, right = st.columns([5, 1], vertical_alignment="center")
        with left:
            st.markdown(
                f"**{plain(found.names[code])}** is enrolled. {_before_and_now(run, found, code, threshold, people)}"
            )
        with right:
            arguments = (run, found.wish.epoch, code, people)
            st.button("Undo", key=f"who_undo_{code}", icon=":material/undo:", on_click=undo, args=arguments)
        _their_photos(run, found, code, threshold)


def _time_words(measured: dict[str, Any]) -> str:
    photos = counted(measured["photos"], "photo")
    words = (
        f"{plain(measured['name'])} was enrolled in {seconds(measured['seconds'])}, the way to a worker and back "
        f"included; the network looked at {photos} for {seconds(measured['network'])}. No training."
    )
    if measured["seconds"] > SLOW:
        words += " Most of the time a worker was busy, or loaded the network: enrol somebody else, now that it has."
    if not measured["exact"]:
        words += (
            " The pictures themselves are not on this machine, so thumbnails were looked at for the time, and the "
            "stored embeddings are used."
        )
    return words


def seconds(value: float) -> str:
    """Return a short time as one says it."""
    return f"{value:.1f} s" if value >= 1 else f"{1000 * value:.0f} ms"


def _before_and_now(run: RunFolder, found: Scene, code: int, threshold: float, people: int) -> str:
    now = _kinds_of(found, code, threshold)
    if not len(now):
        return "There is no other photo of them to recognise: enrol them with fewer photos."
    words = f"Now {int((now == 0).sum())} of {len(now)} other photos are recognised."
    if code >= people:
        return words
    faces = readers.tracked(run)
    if faces is None:
        return words
    without = replace(found.wish, also=tuple(one for one in found.wish.also if one != code))
    was = _kinds_of(scene(run, faces, without), code, threshold)
    taken = int((was == KINDS.index("taken in")).sum())
    others = ", the others were unknown" if 0 < taken < len(was) else ""
    before = (
        f"{taken} of {len(was)} photos were taken for somebody else{others}" if taken else "nobody was named for them"
    )
    return f"Before, {before}. {words}"


def _kinds_of(found: Scene, code: int, threshold: float) -> np.ndarray:
    kinds = found.kinds(threshold)
    return kinds[found.person[found.probes[: len(kinds)]] == code]


def _their_photos(run: RunFolder, found: Scene, code: int, threshold: float) -> None:
    ranking = found.ranking
    if ranking is None:
        return
    standing = found.enrolment.gallery[found.person[found.enrolment.gallery] == code]
    rows = [Row(faces=tuple(standing.tolist()), caption="enrolled with", note=counted(len(standing), "photo"))]
    for probe in np.flatnonzero(found.person[found.probes] == code)[:12]:
        squared = float(ranking.distance[probe])
        name = found.names[int(ranking.first[probe])] if squared <= threshold else "unknown"
        rows.append(
            Row(faces=(int(found.probes[probe]),), caption=f"→ {name}", note=distance_words(squared, threshold))
        )
    gallery(
        rows,
        sprites(run, found, f"who_new_{code}"),
        key=f"who_new_{code}",
        alt=f"The photos of {found.names[code]} and whom they are taken for now.",
        size=64,
    )
