"""Which places in a face its distance to another picture hangs on."""

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.jobs import network_inspection as looking
from facenet_core.runs.jobs.network_inspection import FaceLook
from facenet_core.runs.storage import RunFolder
from pages.network import figures as figures_network
from pages.network.subject import Subject, ask
from pages.shared.components.chart import chart
from pages.shared.words import plain

MAP_HEIGHT = 400
FLAT = 1e-4  # squared distances that differ by less do not differ
# Where things usually lie in a face cut out as a square: rows and columns as shares of the side.
REGIONS = {
    "the eyes": ((0.38, 0.58), (0.2, 0.8)),
    "nose and mouth": ((0.58, 0.86), (0.2, 0.8)),
    "hair and forehead": ((0.0, 0.38), (0.2, 0.8)),
}
AROUND = "what is around the face"


def look_of(run: RunFolder, epoch: int, subject: Subject) -> FaceLook | None:
    """Have a worker find out what the face's distance hangs on."""
    found: FaceLook | None = ask(
        run, epoch, looking.look_at_face, str(run.path), epoch, subject.face, subject.other, subject=subject
    )
    return found


def where_it_looks(subject: Subject, look: FaceLook) -> None:
    """Draw both maps over the face, the other picture beside them."""
    pictures, maps = st.columns([1, 4])
    with maps:
        left, right = st.columns(2, vertical_alignment="bottom")  # one beside the other, however long their titles are
    with pictures:
        st.image(subject.face, width=170, alt=f"The face: {subject.name}")
        st.caption(plain(subject.name))
        st.image(subject.other, width=170, alt=f"The other picture: {subject.other_name}")
        st.caption(plain(subject.other_name))
        st.metric("Squared distance", distance_words(look.untouched), help="Of the two pictures, nothing hidden.")
    with left:
        st.markdown("**A grey square over each place: how far apart are they then?**")
        _occlusion(subject, look)
    with right:
        st.markdown("**Gradient × input: where greying 5 × 5 pixels would move it**")
        _gradient(subject, look)
    st.caption(
        f"A square of {look.square} × {look.square} pixels at {len(look.centres)} × {len(look.centres)} places; "
        "each place is coloured at the square's middle. The pictures are taken as they are, without their mirror image."
    )


def _occlusion(subject: Subject, look: FaceLook) -> None:
    low, high = float(look.hidden.min()), float(look.hidden.max())
    chart(
        figures_network.over_face(
            subject.face,
            look.hidden,
            look.centres,
            title="squared distance with the square here",
            hover=f"hidden here: %{{z:.3f}}<br>nothing hidden: {look.untouched:.3f}",
            lowest=low,
            highest=high,
            digits=2 if high - low > 0.05 else 4,
        ),
        key="occlusion_map",
        alt=(
            f"Map over the face: squared distances from {low:.3g} to {high:.3g} with a grey square on it, "
            f"{look.untouched:.3g} with none. {_farthest_words(look)}"
        ),
        height=MAP_HEIGHT,
    )


def _gradient(subject: Subject, look: FaceLook) -> None:
    strength = np.abs(look.gradient)
    high = float(np.quantile(strength, 0.995))  # a single cell would darken all others
    step = subject.face.shape[0] / len(strength)
    chart(
        figures_network.over_face(
            subject.face,
            strength,
            (np.arange(len(strength)) + 0.5) * step,
            title="change foretold, either way",
            hover=f"greying these {step:.0f} × {step:.0f} pixels: %{{z:.4f}}",
            lowest=0,
            highest=high,
            digits=3,
        ),
        key="gradient_map",
        alt=f"Map over the face: gradient times input, at most {strength.max():.4f} for a cell of {step:.0f} pixels.",
        height=MAP_HEIGHT,
    )


def is_flat(look: FaceLook) -> bool:
    """Return whether nothing that is hidden makes a difference."""
    return float(np.ptp(look.hidden)) < FLAT


def flat_sentence(look: FaceLook) -> str:
    """Say that a map is flat, and what that means."""
    return (
        f"Whatever is hidden, the squared distance stays {distance_words(look.untouched)}: at this epoch the "
        "network puts "
        "all faces on nearly one spot, so no part of a face counts. Choose another epoch or run."
    )


def region_shares(look: FaceLook, size: int) -> dict[str, tuple[float, float]]:
    """Return for each region its share of all that the square moves, and its share of the places.

    Regions lie where things usually are in a face; nobody looked where they are in this one.
    """
    moved = np.abs(look.hidden - look.untouched)
    place = look.centres / size
    total, shares, left = float(moved.sum()) or 1.0, {}, np.ones_like(moved, dtype=bool)
    for name, ((top, bottom), (first, last)) in REGIONS.items():
        inside = np.outer((place >= top) & (place < bottom), (place >= first) & (place < last)) & left
        shares[name] = float(moved[inside].sum()) / total, float(inside.mean())
        left &= ~inside
    shares[AROUND] = float(moved[left].sum()) / total, float(left.mean())
    return shares


def _farthest_words(look: FaceLook) -> str:
    row, column = np.unravel_index(int(look.hidden.argmax()), look.hidden.shape)
    x, y = (look.centres[i] / 110 for i in (column, row))
    for name, ((top, bottom), (first, last)) in REGIONS.items():
        if top <= y < bottom and first <= x < last:
            return f"Farthest with the square where {name} usually are."
    return f"Farthest with the square on {AROUND}."


def points_about_places(run: RunFolder, epoch: int, subject: Subject, look: FaceLook) -> list[str]:
    """Return what the maps show, with their numbers."""
    if is_flat(look):
        return [flat_sentence(look)]
    shares = region_shares(look, subject.face.shape[0])
    name, (share, area) = max(shares.items(), key=lambda item: item[1][0] / max(item[1][1], 1e-9))
    points = [
        f"Hiding one place moves the squared distance from {look.untouched:.3g} to at most {look.hidden.max():.3g} "
        f"and at least {look.hidden.min():.3g}. {_farthest_words(look)}",
        f"Squares where {name} usually are make {share:.0%} of all changes on {area:.0%} of the places, "
        f"{share / area:.1f} times their part; {AROUND}: {shares[AROUND][0]:.0%} on {shares[AROUND][1]:.0%}.",
    ]
    threshold = _threshold(run, epoch)
    if threshold is not None:
        points.append(_decisions(look, threshold))
    alike = np.corrcoef(look.hidden.ravel(), look.forecast.ravel())[0, 1] if np.ptp(look.forecast) > 1e-9 else np.nan
    if np.isfinite(alike):
        points.append(
            f"Added up under the same squares, gradient × input agrees with the grey square to {alike:.2f} "
            "(correlation; 1 is the same map). It costs one look instead of "
            f"{look.hidden.size}, and is only a forecast: it takes the network for a straight line."
        )
    return points


def _threshold(run: RunFolder, epoch: int) -> float | None:
    figures = run.epoch(epoch).figures
    measured = figures.get("unseen") or figures.get("held_out") or figures.get("seen")
    return measured.get("threshold") if measured else None


def _decisions(look: FaceLook, threshold: float) -> str:
    accepted = look.untouched <= threshold
    turned = int(np.sum((look.hidden <= threshold) != accepted))
    word = "one person" if accepted else "two people"
    count = (
        f"{turned} of {look.hidden.size} squares turn that around" if turned else "no single square turns that around"
    )
    return f"With this epoch's best threshold, {distance_words(threshold)}, the two pictures count as {word}; {count}."
