"""Ways to group faces by person: what each is called, what it is told, and for how many faces it is offered."""

import math
from dataclasses import dataclass

MOST_BYTES = 1_500_000_000  # what a method may hold: all else in the process leaves it below 2 GB
AT_ONCE = 1_500  # faces that a method marked ``light`` groups without anybody waiting for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to group faces.

    Attributes:
        label: What a learner reads.
        about: One sentence about it.
        threshold: Whether a threshold decides its groups.
        smallest: Whether it is told how many faces make a group.
        people: Whether it is told how many people there are.
        largest: Faces that it can group in the time and memory there is.
        why_not_more: Why not more, as part of a sentence.
        light: Whether it takes numpy only.
    """

    label: str
    about: str
    threshold: bool = False
    smallest: bool = False
    people: bool = False
    largest: int
    why_not_more: str
    light: bool = False


_QUADRATIC = "it looks at every pair of faces, and more would take over a minute on two cores"
_ALL_PAIRS = math.isqrt(MOST_BYTES // 8)
_MEMORY = f"it holds the distances of all pairs twice, {8 * _ALL_PAIRS**2 / 1e9:.1f} GB for {_ALL_PAIRS:,} faces"

CLUSTERINGS: dict[str, Method] = {
    "single": Method(
        label="Single linkage",
        about="Two groups are joined by their two nearest faces: whoever a chain of near faces leads to belongs to it.",
        threshold=True,
        largest=40_000,
        why_not_more=_QUADRATIC,
        light=True,
    ),
    "complete": Method(
        label="Complete linkage",
        about="Two groups are joined only when even their two farthest faces are near.",
        threshold=True,
        largest=_ALL_PAIRS,
        why_not_more=_MEMORY,
    ),
    "average": Method(
        label="Average linkage",
        about="Two groups are joined when their faces are near on average.",
        threshold=True,
        largest=_ALL_PAIRS,
        why_not_more=_MEMORY,
    ),
    "dbscan": Method(
        label="DBSCAN",
        about="Only faces with enough others around them pass the chain on; a face alone belongs to nobody.",
        threshold=True,
        smallest=True,
        largest=35_000,
        why_not_more=_QUADRATIC,
        light=True,
    ),
    "hdbscan": Method(
        label="HDBSCAN",
        about="DBSCAN at every threshold at once; each group is taken at the threshold at which it lasts longest.",
        smallest=True,
        largest=35_000,
        why_not_more=_QUADRATIC,
    ),
    "k-means": Method(
        label="k-means",
        about="Told how many people there are, it looks for that many middles with every face at its nearest one.",
        people=True,
        largest=20_000,
        why_not_more="it compares every face with every person again and again, and more would take over a minute",
    ),
}


def why_not(method: str, faces: int) -> str | None:
    """Return in a sentence why a method is not offered for so many faces; None where it is."""
    chosen = CLUSTERINGS[method]
    if faces <= chosen.largest:
        return None
    return (
        f"{chosen.label} is not offered for {faces:,} faces, only up to {chosen.largest:,}: {chosen.why_not_more}. "
        "Choose another method or fewer faces."
    )
