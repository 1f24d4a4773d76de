"""What the lesson on triplets says about the chosen triplet, and about all of them at a margin."""

import numpy as np

from pages.shared.parts import triplet_plane_data as plane_data
from pages.shared.parts.triplet_plane_data import PlaneData


def gap_words(near: float, far: float, margin: float) -> str:
    """Say how the negative lies to the positive."""
    gap = far - near
    if gap <= 0:
        return f"somebody else's face is nearer by {-gap:.2f} than the same person's."
    if gap < margin:
        return f"somebody else's face is farther, but only by {gap:.2f}; the margin asks for {margin:.2f}."
    return f"somebody else's face is farther by {gap:.2f}, more than the margin of {margin:.2f}."


def gradient_words(near: float, far: float, across: float, kind: str) -> str:
    """Say what the gradient would do to each of the three."""
    if kind == "easy":
        return "The loss is 0, and so is its gradient: none of the three is moved."
    pull, push, shift = (2 * np.sqrt(d) for d in (near, far, across))
    return (
        f"The positive is pulled to the anchor with 2·√d(a,p) = {pull:.2f}, the negative pushed away from it with "
        f"2·√d(a,n) = {push:.2f}, the anchor moved away from the negative and to the positive with {shift:.2f}."
    )


def points_to_notice(data: PlaneData, margin: float, whose: str) -> list[str]:
    """Answer the three questions of this page with the numbers on the screen."""
    at = plane_data.at(margin)
    easy, semi_hard, hard = data.counts[:, at].tolist()
    if not data.valid:
        return ["These faces form no triplet: choose others, or a batch with two images of a person."]
    pulls, active = data.pulls, semi_hard + hard
    whole = pulls.semi_hard[at] + pulls.hard[at]
    part = f", and they give {pulls.semi_hard[at] / whole:.0%} of the gradient" if whole > 0 else ""
    mean = pulls.loss[at] / active if active else 0.0
    won = "the pull wins here, and everything can fall onto one point"
    if pulls.hardest_pull <= pulls.hardest_push:
        won = "where the pull wins, everything can fall onto one point"
    return [
        f"**Semi-hard** triplets lie between the two lines: the negative is farther than the positive, but not yet "
        f"by the margin. At {margin:.2f} these are {semi_hard:,} of {data.valid:,} triplets of {whose}{part}. "
        f"The {easy:,} easy ones teach nothing. The training counts those of its own batches.",
        f"**Why not the hardest?** With every anchor's farthest positive and nearest negative, the pull together is "
        f"{pulls.hardest_pull:.2f} on average and the push apart {pulls.hardest_push:.2f}: the nearer a negative, the "
        f"weaker its push; {won}. Mislabelled faces are the hardest of all.",
        f"**Loss = margin** means that: on one point d(a,p) = d(a,n) = 0, every triplet loses exactly the margin, "
        f"{margin:.2f}, and no gradient is left to part them. Here the {active:,} that teach lose {mean:.3f} on "
        f"average, and two faces are {data.spread or 0:.2f} apart.",
    ]
