"""Which sets a threshold can be carried between, and their faces in this run's space."""

from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import streamlit as st

from facenet_core.choices import SOURCES
from facenet_core.evaluation import PairDistances, pair_distances
from facenet_core.faces.photos import list_kept
from facenet_core.runs.jobs.other_sets import CONDITIONS, EmbeddedSet, embed_set, embed_strangers
from facenet_core.runs.records import GROUPS, SEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder, list_runs, open_run
from pages.shared.runs import readers
from pages.shared.runs.ownership import marked, runs_to_choose
from pages.shared.runs.session import UNREADABLE, distinct, engine, faces_folder, run_title, runs_folder
from pages.shared.words import GROUP_NAMES
from pages.verification import measured as verification_readers

RUNS_LOOKED_AT, RUNS_OFFERED = 50, 6
MOST_ANSWERS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairSet:
    """Pairs that a threshold is chosen on, or applied to.

    Attributes:
        label: What the set is called.
        same: Ascending squared distances of same pairs.
        different: Ascending squared distances of different pairs.
        pairs: All pairs, as places in ``people``.
        people: (N,) whole number of the person of each.
        points: (N, D) the embeddings.
        bars: Their two histograms.
        remark: What to know about it, as a sentence; empty where nothing.
    """

    label: str
    same: np.ndarray
    different: np.ndarray
    pairs: PairDistances
    people: np.ndarray
    points: np.ndarray
    bars: tuple[np.ndarray, np.ndarray]
    remark: str = ""


def offered(run: RunFolder, faces: TrackedFaces) -> dict[str, str]:
    """Return the sets by a name for links: this run's groups, strangers, other prepared sets, other networks."""
    groups = {GROUPS[code]: GROUP_NAMES[code].capitalize() for code in sorted(set(faces.group.tolist()))}
    strangers = {f"strangers-{name}": f"Synthetic strangers, {words}" for name, words in CONDITIONS.items()}
    return groups | strangers | _prepared(run) | _other_networks(run)


def _prepared(run: RunFolder) -> dict[str, str]:
    """Return the prepared sets of other runs, and those kept for the class."""
    found = {f"set-{entry.fingerprint}": f"Own photos: {entry.name}" for entry in list_kept(faces_folder())}
    own = run.record().fingerprint
    for other in list_runs(runs_folder())[:RUNS_LOOKED_AT]:
        try:
            record = other.record()
        except UNREADABLE:
            continue
        if record.fingerprint and record.fingerprint != own and (faces_folder() / record.fingerprint).is_dir():
            source = SOURCES.get(record.config.faces.source)
            label = source.label if source else record.config.faces.source
            found.setdefault(f"set-{record.fingerprint}", f"{label}, the faces of “{run_title(other)}”")
    found.pop(f"set-{own}", None)
    return found


def _other_networks(run: RunFolder) -> dict[str, str]:
    others = [other for other in runs_to_choose()[:RUNS_LOOKED_AT] if other.id != run.id and other.epochs()]
    titles = distinct({other.id: marked(run_title(other), other) for other in others[:RUNS_OFFERED]})
    return {f"run-{run_id}": f"Another network: “{title}”" for run_id, title in titles.items()}


def opened(run: RunFolder, faces: TrackedFaces, name: str, label: str) -> "PairSet | Future[EmbeddedSet]":
    """Return the pairs of a set, or what a worker is still to answer.

    Raises:
        ValueError: The set has no pairs, is not there any more, or its embeddings are not numbers.
    """
    kind, _, rest = name.partition("-")
    if name in GROUPS:
        return group_set(run, GROUPS.index(name), label)
    if kind == "run":
        return _of_other_network(rest, label)
    asked = _asked(run, name, kind, rest)
    return embedded_set(asked.result(), faces, label) if asked.done() else asked


def group_set(run: RunFolder, group: int, label: str, remark: str = "") -> PairSet:
    """Return the pairs of a group at a run's last epoch."""
    return pair_set(label, *verification_readers.group_points(run, run.epochs()[-1], group), remark)


def pair_set(label: str, points: np.ndarray, people: np.ndarray, remark: str = "") -> PairSet:
    """Return all pairs of embeddings (N, D) of people (N,)."""
    pairs = pair_distances(points, people)
    return PairSet(
        label=label,
        same=np.sort(pairs.squared_distance[pairs.same]),
        different=np.sort(pairs.squared_distance[~pairs.same]),
        pairs=pairs,
        people=people,
        points=points,
        bars=readers.histogram_bars(pairs),
        remark=remark,
    )


def embedded_set(found: EmbeddedSet, faces: TrackedFaces, label: str) -> PairSet:
    """Return the pairs of a set that a worker embedded; people of the training among it are told."""
    seen = {str(faces.names[person]) for person in faces.person[faces.group == SEEN]}
    known = len(seen & set(found.names))
    remarks = []
    if known:
        remarks.append(f"{known} of its {len(found.names)} people have the name of somebody trained on.")
    if found.images > len(found.people):
        remarks.append(f"{len(found.people):,} of its {found.images:,} pictures, people drawn at random.")
    return pair_set(label, found.embeddings, found.people, " ".join(remarks))


def _of_other_network(run_id: str, label: str) -> PairSet:
    other = open_run(runs_folder(), run_id)
    faces, epochs = readers.tracked(other), other.epochs()
    if faces is None or not epochs:
        raise ValueError("That run has no faces yet: train it first.")
    group = int(faces.group.max())
    remark = f"Its {GROUP_NAMES[group]}, as its own network sees them: distances of another network mean other things."
    return group_set(other, group, label, remark)


def _asked(run: RunFolder, name: str, kind: str, rest: str) -> "Future[EmbeddedSet]":
    """Return a worker's answer, asked for once in a session: faces of others are kept nowhere else."""
    answers: dict[tuple[str, int, str], Future[EmbeddedSet]] = st.session_state.setdefault("sets_embedded", {})
    key = run.id, run.epochs()[-1], name
    kept = answers.get(key)
    if kept is None or (kept.done() and kept.exception() is not None and st.session_state.pop("sets_again", False)):
        if kind == "strangers":
            answers[key] = engine().ask(embed_strangers, str(run.path), rest)
        else:
            answers[key] = engine().ask(embed_set, str(run.path), rest, str(faces_folder()))
        while len(answers) > MOST_ANSWERS:
            answers.pop(next(iter(answers)))
    return answers[key]
