"""A set looked at closely: how hard it is, its mean face and what varies, and who is kept back."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from facenet_core.config import FacesConfig
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.faces import FaceSet, FaceSplit
from facenet_core.runs.storage import RunFolder
from pages.faces.figures import PEOPLE_SHOWN, heat, split_mosaic
from pages.shared.components.chart import Row, chart, gallery, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.runs import readers
from pages.shared.runs.session import UNREADABLE, run_title
from pages.shared.runs.set_statistics import look_or_say, run_on, sampled_words
from pages.shared.words import plain

SIDE = 190
DIFFICULTY, VARIANCE, KEPT_BACK = "How hard is it?", "Mean face and variance", "Who is kept back, and why"


def closer(faces: FaceSet, config: FacesConfig, seed: int, split: FaceSplit | None) -> None:
    """Show one of the three; which one is in the link."""
    shown = st.segmented_control(
        "Look closer",
        [DIFFICULTY, VARIANCE, KEPT_BACK],
        default=DIFFICULTY,
        required=True,
        key="closer",
        bind="query-params",
        label_visibility="collapsed",
    )
    if shown == KEPT_BACK:
        kept_back(faces, split)
        return
    found = look_or_say(faces, config, seed)
    if found is not None:
        SHOWN[shown](faces, found, config, seed)


def difficulty(faces: FaceSet, found: dict[str, Any], config: FacesConfig, seed: int) -> None:
    """Show what raw pixels tell of the unseen people, between guessing and a run."""
    raw = found["raw"]
    if raw is None or raw["accuracy"] is None:
        st.info(
            "Too few unseen people to say how hard this set is: it takes four of them with two pictures each.",
            icon=":material/search_off:",
        )
        return
    guessing, pixels, network = st.columns(3)
    guessing.metric("Guessing", "50 %", help="Same and different pairs weigh equally.")
    low, high = (raw["intervals"] or {}).get("accuracy", (None, None))
    span = "no interval" if low is None else f"95 % interval {low:.2f} to {high:.2f}"
    pixels.metric(
        "Raw pixels", f"{100 * raw['accuracy']:.0f} %", span or None, delta_color="off", delta_arrow="off", help=RAW
    )
    with network:
        _network(run_on(faces), config, seed)
    st.caption(
        f"Same person or not, on {raw['pairs']:,} pairs of {raw['people']:,} unseen people "
        f"({raw['images']:,} pictures); thresholds always come from other people than they are applied to."
        + (f" {no_interval_words(raw['people'])}" if low is None else "")
    )


RAW = (
    "The nearest that one gets without learning anything: 32 × 32 grey values, their mean taken off, compared by angle."
)


def _network(run: RunFolder | None, config: FacesConfig, seed: int) -> None:
    if run is None:
        st.metric("A network", "not yet", help="Train on these faces, and its figure stands here.")
        return
    try:
        wanted = run.record().config
        accuracy = ((readers.figures(run) or [{}])[-1].get("unseen") or {}).get("accuracy")
    except UNREADABLE:
        accuracy, wanted = None, None
    if accuracy is None or wanted is None:
        st.metric("A network", "not measured", help="This run has no figures of unseen people.")
        return
    about = f"{run_title(run)}, its last epoch, on the unseen faces that it follows."
    st.metric("The network", f"{100 * accuracy:.0f} %", help=plain(about))
    if (wanted.faces.people, wanted.faces.images, wanted.seed) != (config.people, config.images, seed):
        st.caption("That run was split otherwise: its unseen people are others than those on this page.")


def variance(faces: FaceSet, found: dict[str, Any], config: FacesConfig, seed: int) -> None:
    """Show the mean face, and how pixels vary between people and within one person's pictures."""
    if found["mean"] is None:
        st.info("There is no picture to average.", icon=":material/search_off:")
        return
    pictures, rows = [found["mean"]], [Row(faces=(0,), caption="The mean face", note="everybody at once")]
    maps = [("between", "Varies between people", "who it is"), ("within", "Varies within one person", "how it is seen")]
    largest = max((float(found[name].max()) for name, _, _ in maps if found[name] is not None), default=0.0)
    for name, caption, note in maps:
        if found[name] is not None:
            typical = float(np.sqrt((found[name] ** 2).mean()))
            note = f"{note}; on average ± {255 * typical:.0f} of 255"
            rows.append(Row(faces=(len(pictures),), caption=caption, note=note))
            pictures.append(heat(found[name], largest))
    small = [
        np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BICUBIC)) for picture in pictures
    ]
    sprites = send_sprites(atlas_image(np.stack(small)), [""] * len(small), columns=COLUMNS, size=SIDE, key="variance")
    gallery(rows, sprites, key="variance", alt="The mean face and maps of where pictures vary.", size=SIDE)
    st.caption(
        f"Standard deviation of each pixel over {sampled_words(found)}; both maps have one scale, dark 0, light "
        f"± {255 * largest:.0f} of 255."
    )
    if found["share_between"] is not None:
        st.markdown(share_sentence(found["share_between"]))
    else:
        st.caption("How much varies within one person takes two people, and one of them with two pictures.")


def share_sentence(share: float) -> str:
    """Return how much of the variance tells who it is."""
    return (
        f"**{100 * share:.0f} %** of all variance of the pixels lies between people; {100 * (1 - share):.0f} % lies "
        "within one person's own pictures: light, pose, background. Who looks at pixels sees mostly that."
    )


def kept_back(faces: FaceSet, split: FaceSplit | None) -> None:
    """Show the split, picture by picture, and say why."""
    if split is None:
        return
    chart(
        split_mosaic(faces, split),
        key="split_mosaic",
        alt=f"Pictures of {len(split.people_seen)} seen people and of the unseen ones, coloured by their group.",
        height=340,
    )
    if len(faces.names) > PEOPLE_SHOWN:
        st.caption(f"{PEOPLE_SHOWN} of {len(faces.names):,} people are drawn.")
    st.markdown(
        "- **Seen** pictures are trained on. A network could know them by heart: being right on them proves little.\n"
        "- **Held-out** pictures show the same people in other pictures: they tell whether it learned the people "
        "or the pictures.\n"
        "- **Unseen** people were never shown. Only they tell whether it learned what makes *anybody* different, which "
        "is what a door or a phone needs."
    )


SHOWN: dict[str, Callable[..., None]] = {DIFFICULTY: difficulty, VARIANCE: variance}
