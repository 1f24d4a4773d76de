"""Whose faces, at which epoch; the question before the answer."""

import hashlib
from dataclasses import dataclass

import numpy as np
import streamlit as st

from facenet_core.faces.photos import list_kept
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.clustering import faces as clustering_faces
from pages.clustering.faces import ALL, KEPT, OWN, WHOLE, Crowd
from pages.clustering.method import BOUND
from pages.shared.components.chart import Row, gallery
from pages.shared.lesson import predict
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.runs.session import faces_folder, run_chooser
from pages.shared.runs.totals import all_followed, followed
from pages.shared.words import GROUP_NAMES, people_words, plain

MIXED_UP, MIXED_SIDE = 48, 60
BESIDE = 5  # kinds of faces that have room beside epoch and run


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is looked at.

    Attributes:
        which: One of ``clustering_faces.offered``.
        epoch: The epoch in view; for faces that a network has to look at first, the nearest with weights.
    """

    which: str
    epoch: int


def choose(run: RunFolder, faces: TrackedFaces, epochs: list[int]) -> Choice:
    """Show whose faces can be sorted, the epochs and the runs."""
    options = clustering_faces.offered(faces)
    if st.session_state.get("clustering_faces") not in options:
        st.session_state.pop("clustering_faces", None)  # of another run, or of photos that are gone
    above = st.container() if len(options) > BESIDE else None
    left, middle, right = st.columns([5.4, 1.1, 2], vertical_alignment="bottom")
    with above or left:
        which = st.segmented_control(
            "Faces of",
            options,
            default=options[0],
            required=True,
            key="clustering_faces",
            help="People never seen show how a network fares on photos of your own; seen people flatter.",
            **BOUND,
        )
    with middle:
        key = f"clustering_epoch_{run.id}"
        epoch = int(st.selectbox("Epoch", epochs, index=epochs.index(epoch_in_view(epochs)), key=key))
        st.query_params["epoch"] = str(epoch)
    with right:
        run_chooser(run)
    return Choice(which=which, epoch=epoch)


def whose(run: RunFolder, faces: TrackedFaces, which: str) -> str | None:
    """Return which of the run's pictures are sorted; None for photos of one's own, a kept set and the whole set."""
    if which == ALL:
        return all_followed(run, faces)
    return followed(run, faces, GROUP_NAMES.index(which)) if which in GROUP_NAMES else None


def set_epoch(run: str, epoch: int) -> None:
    """Look at another epoch, as the moves of "Try this" do."""
    st.session_state[f"clustering_epoch_{run}"] = epoch


def crowd_of(run: RunFolder, faces: TrackedFaces, choice: Choice) -> Crowd | None:
    """Return the chosen faces; None where they cannot be had, and said. The whole set is another matter."""
    if choice.which == OWN:
        _say_epoch(choice.epoch, run.epochs()[-1])
        return clustering_faces.own_crowd(run)
    if choice.which == KEPT:
        return _kept(run, choice.epoch)
    return clustering_faces.tracked_crowd(run, faces, choice.epoch, choice.which)


def _kept(run: RunFolder, epoch: int) -> Crowd | None:
    kept = {entry.name: entry for entry in list_kept(faces_folder())}
    if st.session_state.get("clustering_set") not in kept:
        st.session_state.pop("clustering_set", None)
    name = st.selectbox("Kept set", list(kept), key="clustering_set", **BOUND)
    with_weights = clustering_faces.epoch_of_weights(run, epoch)
    if with_weights is None:
        st.info("This run has stored no network that could look at other faces: train one.", icon=":material/block:")
        return None
    _say_epoch(epoch, with_weights)
    return clustering_faces.kept_crowd(run, kept[name], with_weights)


def _say_epoch(epoch: int, used: int) -> None:
    if epoch != used:
        st.caption(f"Epoch {epoch} has no stored network for other faces: here epoch {used} looks at them.")


def asks_first(run: RunFolder, crowd: Crowd, choice: Choice) -> bool:
    """Ask how many people there are, where somebody knows and nobody has looked yet; return whether it is open."""
    if choice.which in (OWN, KEPT, WHOLE) or not crowd.people:
        return False
    key = question_key(run, choice.which)
    if predict.revealed(key):
        return False
    st.markdown(f"**{len(crowd):,} {plain(crowd.words)}**" + (", some of them:" if len(crowd) > MIXED_UP else ":"))
    _mixed_up(crowd, key)
    predict.ask(key, "How many people are here?", guesses(crowd.people, key))
    return True


def question_key(run: RunFolder, which: str) -> str:
    """Return what a prediction is remembered under."""
    return f"clustering {run.id} {which}"


def guesses(people: int, key: str) -> list[str]:
    """Return four numbers of people, the true one at a place that nobody can guess from the others."""
    place = hashlib.sha256(key.encode()).digest()[0] % 4
    while place and people // 2**place < 1:
        place -= 1
    numbers = sorted({max(1, round(people * 2.0 ** (step - place))) for step in range(4)})
    return [f"{number:,}" for number in numbers]


def _mixed_up(crowd: Crowd, key: str) -> None:
    """Show faces without names, in an order that says nothing."""
    random = np.random.PCG64(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
    order = np.argsort(random.random_raw(len(crowd)), kind="stable")[:MIXED_UP].tolist()
    sprites, numbers = crowd.atlas(order, "clustering_mixed")
    rows = [Row(faces=tuple(numbers))]
    gallery(rows, sprites, key="clustering_mixed", alt=f"{len(order)} faces without names.", size=MIXED_SIDE)


def answer_words(run: RunFolder, crowd: Crowd, which: str, found: int, how: str) -> str:
    """Return what was predicted, what there is and what was found, in a sentence or two."""
    is_are = "is" if crowd.people == 1 else "are"
    truth = f"There {is_are} **{people_words(crowd.people)}**; {how} finds **{found:,}**."
    guess = predict.guess_of(question_key(run, which))
    return truth if guess is None else f"You said {plain(guess)}. {truth}"
