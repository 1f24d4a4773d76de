"""The threshold that a verdict uses: whose faces it comes from, and whether the pictures at hand are like them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.choices import SOURCES
from facenet_core.config import FacesConfig
from facenet_core.evaluation.verification.distance_profile import DistanceProfile, Likeness, compare, distance_profile
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.thresholds.own import RunThreshold, run_threshold
from facenet_core.runs.thresholds.saved import SavedThreshold, saved_threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdInUse:
    """A threshold with its origin.

    Attributes:
        value: The largest squared distance that counts as one person.
        kind: ``run`` for the run's own, ``saved`` for one measured elsewhere, ``given`` for a bare number.
        origin: Whose faces it comes from, as the end of a sentence.
        far: Share of the different pairs behind it that it accepts; None where nothing is known.
        profile: How the distances of the faces behind it are distributed; None where that is not known.
        name: What a saved one is called.
        people: People behind it.
        pairs: Pairs behind it.
        rule: How it was chosen.
        stale: Whether the run has learned on since it was measured.
    """

    value: float
    kind: str
    origin: str
    far: float | None = None
    profile: DistanceProfile | None = None
    name: str | None = None
    people: int | None = None
    pairs: int | None = None
    rule: str | None = None
    stale: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return where it comes from, as plain values."""
        names = ("kind", "name", "origin", "far", "people", "pairs", "rule", "stale")
        return {name: getattr(self, name) for name in names}


def threshold_in_use(
    run: RunFolder, asked: float | str | None = None, *, epoch: int | None = None
) -> ThresholdInUse | None:
    """Return the threshold to use: a number as it is given, a saved one by its name, or the run's own.

    Args:
        run: The run.
        asked: A squared distance, the name of a saved threshold, or None for the run's own.
        epoch: The epoch of the run's own; None for its last.

    Returns:
        None where the run's own is wanted and it has measured none.

    Raises:
        ValueError: There is no saved one of that name.
        RunDamaged: A file of the run cannot be read.
    """
    if isinstance(asked, str):
        return _saved(run, saved_threshold(run, asked))
    if asked is not None:
        return ThresholdInUse(value=float(asked), kind="given", origin="a number that was given, measured on no faces")
    last = max(run.epochs(), default=None)  # figures of a run that finished and went on are of another network
    own = run_threshold(run, last if epoch is None else epoch)
    return None if own is None else _own(run, own, epoch)


def _saved(run: RunFolder, saved: SavedThreshold) -> ThresholdInUse:
    return ThresholdInUse(
        value=float(saved.value),
        kind="saved",
        origin=f"saved as {saved.name}, {saved.origin}{_far(saved.far)}",
        far=saved.far,
        profile=saved.profile,
        name=saved.name,
        people=saved.people,
        pairs=saved.pairs,
        rule=saved.rule,
        stale=saved.step != run.status().step,
    )


def _own(run: RunFolder, own: RunThreshold, epoch: int | None) -> ThresholdInUse:
    return ThresholdInUse(
        value=own.value,
        kind="run",
        origin=f"the run's own ({set_words(run.record().config.faces)}), {own.origin}{_far(own.far)}",
        far=own.far,
        profile=_own_profile(run, own, epoch),
        people=own.people,
        pairs=own.pairs,
        rule="balanced",
    )


def _far(far: float | None) -> str:
    return "" if far is None else f" (FAR {far:.3f})"


def _own_profile(run: RunFolder, own: RunThreshold, epoch: int | None) -> DistanceProfile | None:
    """Return the profile of the tracked faces of the group behind a run's own threshold, at an epoch or the last."""
    faces, epochs = run.tracked(), run.epochs()
    if faces is None or not epochs:
        return None
    chosen, points = faces.group == own.code, run.epoch(epochs[-1] if epoch is None else epoch).embeddings
    if len(points) != len(chosen) or chosen.sum() < 2 or not np.isfinite(points).all():
        return None
    return distance_profile(points[chosen], faces.person[chosen])


def set_words(faces: FacesConfig) -> str:
    """Return what a set of faces is called: the source's label, or the folder's name."""
    if faces.source == "folder" and faces.path:
        return f"folder {faces.path.replace(chr(92), '/').rstrip('/').rsplit('/', 1)[-1]}"
    return SOURCES[faces.source].label if faces.source in SOURCES else faces.source


def likeness(use: ThresholdInUse, embeddings: ArrayLike, people: ArrayLike | None = None) -> Likeness:
    """Return whether pictures at hand are like the faces behind a threshold; see ``distance_profile.compare``."""
    if use.profile is None:
        return Likeness(why_not="the distances of the faces behind the threshold are not known")
    return compare(use.profile, embeddings, people)


def warnings_of(use: ThresholdInUse, found: Likeness | None = None) -> list[str]:
    """Return what a verdict must say about its threshold: that it does not fit, or that this cannot be told."""
    told = []
    if use.stale:
        told.append(f"The run has learned on since the threshold {use.name} was saved: measure it again.")
    if found is not None and found.unlike:
        far = "" if use.far is None else f" Its share of {100 * use.far:.1f} % false accepts does not hold here."
        kind = "pairs of different people" if found.named else "pairs"
        told.append(
            f"These pictures are not like the faces the threshold comes from: half of the {kind} lie within "
            f"{found.median:.3g} here, half of the pairs of different people within {found.usual:.3g} there.{far} "
            "Measure a threshold on people like these."
        )
    elif found is not None and found.why_not and use.kind != "given":
        told.append(f"Whether the threshold fits these pictures cannot be told: {found.why_not}.")
    return told


def share_as_near(use: ThresholdInUse, squared_distance: float) -> dict[str, float] | None:
    """Return which shares of the different and of the same pairs behind a threshold lie within a distance."""
    if use.profile is None:
        return None
    different, same = use.profile.within(squared_distance)
    return {"different": different, "same": same}


def pair_words(use: ThresholdInUse, squared_distance: float) -> str | None:
    """Return where a single distance lies among those of the faces behind a threshold; None where they are unknown."""
    shares = share_as_near(use, squared_distance)
    if shares is None:
        return None
    different, same = _percent(shares["different"]), _percent(shares["same"])
    return (
        f"Of the faces behind the threshold, {different} of the pairs of different people and {same} of those of one "
        "person are as near as this. Two pictures cannot show whether they are like these faces."
    )


def _percent(share: float) -> str:
    if share < 0.01:
        return "less than 1 %" if share > 0 else "none"
    return "more than 99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"
