"""People against the network: the reader votes on pairs, and stands as a point beside the network's curve."""

import numpy as np
import streamlit as st

from facenet_core.evaluation import RatedPairs, area_difference, rated_pairs, rates_at, right_votes
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.faces import IMAGE_SIZE
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, Sprites, chart, gallery, send_sprites
from pages.shared.lesson.frame import Move, notice
from pages.shared.runs import readers
from pages.shared.words import GROUP_NAMES
from pages.verification import curves as verification_curves
from pages.verification import figures_counts
from pages.verification import measured as verification_readers
from pages.verification.threshold_figure import threshold_slider
from pages.verification.vote_state import SCALE, Ballot, ballot, pictures, restart, stop, undo, vote

SIDE, SMALL = 180, 72  # pixels: two sides stand beside each other on a phone
HEIGHT = 420


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Show one pair after the other until all have votes, then both curves."""
    found = readers.group_pairs(run, epoch, group)
    curve = verification_readers.curve(run, epoch, group)
    if found is None or curve is None:
        verification_curves.nothing_to_compare(run, epoch, group)
        return
    number = st.number_input(
        "Draw of pairs",
        1,
        9_999,
        1,
        key="vote_draw",
        bind="query-params",
        width=220,
        help="A class that enters the same number, or opens the same link, votes on the same pairs.",
    )
    which = ballot(run, faces, found.pairs, group, int(number))
    atlas, exact = pictures(run, faces, which)
    sprites = send_sprites(atlas, [""] * 2 * len(which.pairs), columns=2, size=IMAGE_SIZE, key="vote")
    if which.complete:
        _result(run, epoch, group, which, sprites, faces)
        return
    _ask(which, sprites)
    if not exact:
        st.caption("The faces themselves are not prepared here: you see enlarged thumbnails, the network saw more.")
    notice(
        [
            f"Half of these {len(which.pairs)} pairs show one person, half two, of {GROUP_NAMES[group]}. "
            "Nobody but you sees your votes: they stay in this session.",
            "Say how sure you are: it is what a distance says for the network, and makes your own curve.",
        ]
    )


def _ask(which: Ballot, sprites: Sprites) -> None:
    """Show the next pair, five answers, and the way back."""
    now = len(which.votes)
    st.progress(now / len(which.pairs), text=f"Pair {now + 1} of {len(which.pairs)}")
    gallery(
        [Row(faces=(2 * now, 2 * now + 1))],
        sprites,
        key="vote_pair",
        alt=f"Two faces, pair {now + 1} of {len(which.pairs)}.",
        size=SIDE,
    )
    st.markdown("**The same person?**")
    with st.container(horizontal=True, key="vote_scale"):
        for value, words in SCALE.items():
            # A key of its own for each pair: a second click that comes too late must not fall on the next pair.
            st.button(words, key=f"vote_{now + 1}_{value + 2}", on_click=vote, args=(which.key, value))
    with st.container(horizontal=True):
        st.button("Undo", key="vote_undo", icon=":material/undo:", disabled=not now, on_click=undo, args=(which.key,))
        st.button(
            "Begin again",
            key="vote_restart",
            icon=":material/restart_alt:",
            disabled=not now,
            on_click=restart,
            args=(which.key,),
        )
        st.button("See the result now", key="vote_stop", disabled=not which.may_stop, on_click=stop, args=(which.key,))


def _result(run: RunFolder, epoch: int, group: int, which: Ballot, sprites: Sprites, faces: TrackedFaces) -> None:
    """Show the reader's curve beside the network's, and every pair with both answers."""
    curve = verification_readers.curve(run, epoch, group)
    pairs, votes = which.voted, np.array(which.votes, dtype=np.int64)
    own, network = rated_pairs(votes, pairs.same), rated_pairs(-pairs.squared_distance, pairs.same)
    if curve is None:
        return
    left, right = st.columns([3, 2])
    with right:
        threshold = threshold_slider(run, epoch, group)
        _table(votes, which, own, network, curve.measured.auc, threshold)
        with st.container(horizontal=True):
            st.button("Undo", key="vote_undo", icon=":material/undo:", on_click=undo, args=(which.key,))
            st.button(
                "Begin again", key="vote_restart", icon=":material/restart_alt:", on_click=restart, args=(which.key,)
            )
            st.button("Other pairs", key="vote_other", icon=":material/shuffle:", on_click=_other_pairs)
    with left:
        rates = rates_at(pairs.squared_distance, pairs.same, threshold)
        at = float(np.mean(votes[~pairs.same] > 0)), float(np.mean(votes[pairs.same] > 0))
        chart(
            figures_counts.votes((curve.far, curve.val), (own.far, own.val), at, (rates.far or 0.0, rates.val or 0.0)),
            key="vote_figure",
            alt=f"ROC: your votes reach an area of {_digits(own.auc)}, the network {_digits(network.auc)} on the same.",
            height=HEIGHT,
        )
    _pairs(votes, which, sprites, faces, threshold)
    notice(points_to_notice(votes, which, own, network, threshold))


def _table(
    votes: np.ndarray, which: Ballot, own: RatedPairs, network: RatedPairs, whole: float | None, threshold: float
) -> None:
    pairs = which.voted
    right = int(right_votes(votes, pairs.same).sum())
    correct = int(((pairs.squared_distance <= threshold) == pairs.same).sum())
    unsure = int((votes == 0).sum())
    st.markdown(
        f"| {len(pairs)} pairs | right | area under the curve | 95 % interval |\n|---|--:|--:|:-:|\n"
        f"| **you** | {right}{f' ({unsure} not said)' if unsure else ''} | {_digits(own.auc)} | {_ends(own)} |\n"
        f"| **network** at {distance_words(threshold)} | {correct} | {_digits(network.auc)} | {_ends(network)} |\n"
        f"| network, all pairs | | {_digits(whole)} | |"
    )


def _pairs(votes: np.ndarray, which: Ballot, sprites: Sprites, faces: TrackedFaces, threshold: float) -> None:
    pairs = which.voted
    rows = []
    for number, (squared, same) in enumerate(zip(pairs.squared_distance, pairs.same, strict=True)):
        nearer = squared <= threshold
        answer = "same" if nearer else "different"
        network = f"network: {distance_words(squared, threshold)}, {answer} ({_mark(bool(nearer == same))})"
        said = SCALE[int(votes[number])].lower()
        right = bool(right_votes(votes[number : number + 1], pairs.same[number : number + 1])[0])
        names = [str(faces.names[faces.person[face]]) for face in (pairs.first[number], pairs.second[number])]
        rows.append(
            Row(
                faces=(2 * number, 2 * number + 1),
                caption=names[0] if same else f"{names[0]} / {names[1]}",
                note=f"you: {said} ({'-' if votes[number] == 0 else _mark(right)}); {network}",
            )
        )
    order = sorted(range(len(rows)), key=lambda place: "wrong" not in rows[place].note)
    st.markdown("**Every pair, those with a mistake first**")
    gallery(
        [rows[place] for place in order],
        sprites,
        key="vote_pairs",
        alt=f"{len(rows)} pairs with your answer and the network's.",
        size=SMALL,
    )


def points_to_notice(
    votes: np.ndarray, which: Ballot, own: RatedPairs, network: RatedPairs, threshold: float
) -> list[str]:
    """Return who told the pairs apart better, as far as so few can say."""
    pairs = which.voted
    points = []
    ends = area_difference(network, own)
    if own.interval and network.interval and ends is not None:
        better = "you" if ends.low > 0 else "the network"
        verdict = "not distinguishable" if ends.low <= 0 <= ends.high else f"{better} told them apart better"
        points.append(
            f"{len(pairs)} pairs say little: your area may lie anywhere between {own.interval.low:.2f} and "
            f"{own.interval.high:.2f}, the network's on the same pairs between {network.interval.low:.2f} and "
            f"{network.interval.high:.2f}: {verdict}."
        )
    accepted = pairs.squared_distance <= threshold
    wrong = accepted != pairs.same
    mine = ~right_votes(votes, pairs.same) & (votes != 0)
    both, only_me, only_it = int((wrong & mine).sum()), int((mine & ~wrong).sum()), int((wrong & ~mine).sum())
    points.append(
        f"Both of you were wrong about {both}, only you about {only_me}, only the network about {only_it}: "
        "what is hard for it need not be hard for you."
    )
    points.append(
        "The network saw nothing but these pictures, as you did; it was trained on hundreds, you on a lifetime."
    )
    return points


def _ends(rated: RatedPairs) -> str:
    return "-" if rated.interval is None else f"{rated.interval.low:.2f} to {rated.interval.high:.2f}"


def _digits(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _mark(right: bool) -> str:
    return "right" if right else "wrong"


def _other_pairs() -> None:
    st.session_state["vote_draw"] = int(st.session_state.get("vote_draw", 1)) % 9_999 + 1


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try."""
    return [Move("Other pairs", "try_vote_other", _other_pairs)]
