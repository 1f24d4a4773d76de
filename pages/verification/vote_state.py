"""Votes of one reader on pairs of faces: drawn by a seed, kept in the session, nowhere else."""

import contextlib
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import streamlit as st

from facenet_core.evaluation import PairDistances, balanced_pairs
from facenet_core.runs.jobs.face_kinds import draw_again, drawn_number
from facenet_core.runs.jobs.network_inspection import tracked_pictures
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.figures.contact_sheet import atlas_image
from pages.shared.runs.session import engine, faces_folder

PAIRS = 20
PATIENCE = 5  # seconds to wait for a worker that draws the faces; nobody waits between two votes
SCALE = {
    -2: "Surely different",
    -1: "Rather different",
    0: "Cannot say",
    1: "Rather the same",
    2: "Surely the same",
}
Key = tuple[str, int, int]  # run, group, draw


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ballot:
    """The pairs that are voted on.

    Attributes:
        key: Which ballot this is.
        pairs: The n pairs, in the order they are shown.
        votes: The reader's votes so far, from -2 (surely different) to 2 (surely the same).
    """

    key: Key
    pairs: PairDistances
    votes: list[int]

    @property
    def complete(self) -> bool:
        """Whether every pair has its vote, or the reader wanted to stop."""
        return len(self.votes) >= len(self.pairs) or bool(_flags().get(self.key))

    @property
    def voted(self) -> PairDistances:
        """The pairs that have a vote."""
        return self.pairs.select(np.arange(len(self.votes)))

    @property
    def may_stop(self) -> bool:
        """Whether both kinds of pairs have votes already."""
        kinds = self.voted.same
        return bool(kinds.any() and not kinds.all())


def ballot(run: RunFolder, faces: TrackedFaces, pairs: PairDistances, group: int, draw: int) -> Ballot:
    """Return the pairs of one draw, and the votes on them."""
    chosen = pairs.select(balanced_pairs(pairs, faces.person, PAIRS, draw))
    key = run.id, group, draw
    return Ballot(key=key, pairs=chosen, votes=list(_votes().get(key, [])))


def vote(key: Key, value: int) -> None:
    """Take a vote on the pair that is shown."""
    _votes()[key] = [*_votes().get(key, []), value]


def undo(key: Key) -> None:
    """Take the last vote back."""
    _votes()[key] = _votes().get(key, [])[:-1]
    _flags().pop(key, None)


def restart(key: Key) -> None:
    """Forget all votes on these pairs."""
    _votes().pop(key, None)
    _flags().pop(key, None)


def stop(key: Key) -> None:
    """Show the result of the votes so far."""
    _flags()[key] = True


def _votes() -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = st.session_state.setdefault("votes", {})
    return found


def _flags() -> dict[Key, bool]:
    found: dict[Key, bool] = st.session_state.setdefault("votes_stopped", {})
    return found


def pictures(run: RunFolder, faces: TrackedFaces, which: Ballot) -> tuple[bytes, bool]:
    """Return the 2 n faces, two in a row, as one WebP file, and whether they are what the network saw.

    Synthetic faces are drawn again by a worker where their set is not prepared; until it has, and of other faces,
    thumbnails are enlarged.
    """
    kept: tuple[Key, bytes] | None = st.session_state.get("votes_shown")
    if kept is not None and kept[0] == which.key:
        return kept[1], True
    places = np.stack([which.pairs.first, which.pairs.second], axis=1).ravel()
    found, exact = tracked_pictures(run, faces_folder(), places)
    if not exact:
        patience = 0 if which.votes else PATIENCE
        drawn = _drawn(which.key, [str(faces.files[place]) for place in places], patience)
        found, exact = (found, False) if drawn is None else (drawn, True)
    atlas = atlas_image(found, 2)
    if exact:
        st.session_state["votes_shown"] = which.key, atlas
    return atlas, exact


def _drawn(key: Key, files: list[str], patience: float) -> np.ndarray | None:
    """Return the faces as a worker drew them again; None for photographs, and while it has not yet."""
    if not files or not all(drawn_number(file) for file in files):
        return None
    kept: tuple[Key, Future[np.ndarray]] | None = st.session_state.get("votes_drawn")
    if kept is None or kept[0] != key:
        if not engine().state().ready:
            return None
        kept = key, engine().ask(draw_again, files)
        st.session_state["votes_drawn"] = kept
        if patience:
            with st.spinner("A worker draws the faces"), contextlib.suppress(Exception):
                kept[1].result(timeout=patience)
    answer = kept[1]
    return answer.result() if answer.done() and answer.exception() is None else None
