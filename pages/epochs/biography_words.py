"""What a biography shows, in sentences with its numbers."""

from collections.abc import Mapping

import numpy as np

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.jobs.batch_history import Batches
from facenet_core.runs.records import TrackedFaces
from pages.epochs.biography_data import Life, Triplet
from pages.epochs.measured import Course
from pages.shared.words import clipped, plain


def when(epoch: int) -> str:
    """Return an epoch as one says it."""
    return "the untrained network" if epoch == 0 else f"epoch {epoch}"


def face_points(faces: TrackedFaces, course: Course, life: Life, face: int, epoch: int) -> list[str]:
    """Return what a face's biography shows."""
    found, place = life.course, course.at(epoch)
    if not np.isfinite(found.farthest_same).any():
        only = "It is the only face of its person that this run follows, so it is the anchor of no triplet."
        return [only, *_others(faces, course, life)]
    points = [_quiet_words(course, life, f"among the {len(faces):,} faces that this run follows")]
    other, own = found.nearest_other[place], found.farthest_same[place]
    if np.isfinite(other) and np.isfinite(own):
        who = plain(clipped(faces.names[faces.person[found.other[place]]]))
        points.append(
            f"At {when(course.epochs[place])} the nearest of anybody else is {who}, "
            f"{distance_words(other, own)} away; its own farthest "
            f"face is {distance_words(own, other)} away: a gap of {_signed(other - own)}, where the margin "
            f"asks for {course.margins[place]:g}."
        )
    return [*points, *_others(faces, course, life)]


def _others(faces: TrackedFaces, course: Course, life: Life) -> list[str]:
    known = life.course.other[life.course.other >= 0]
    people = np.unique(faces.person[known])
    if not len(people):
        return ["Nobody else has a face here."]
    if len(people) == 1:
        return [f"{plain(clipped(faces.names[people[0]]))} was nearest of all others at every epoch."]
    return [f"{len(people)} different people were nearest of all others at one of {len(course.epochs)} epochs."]


def triplet_points(course: Course, life: Life, epoch: int) -> list[str]:
    """Return what a triplet's biography shows."""
    place, found = course.at(epoch), life.course
    near, far, margin = found.positive[place], found.negative[place], course.margins[place]
    points = [_quiet_words(course, life, "")]
    if np.isfinite(near) and np.isfinite(far):
        kind = "hard" if far <= near else "semi-hard" if far < near + margin else "easy"
        loss = max(0.0, near - far + margin)
        points.append(
            f"At {when(course.epochs[place])} it is {kind}: d(a,p) = {distance_words(near, far)}, d(a,n) = "
            f"{distance_words(far, near)}, "
            f"margin {margin:g}, so its loss is {distance_words(loss)}."
        )
    points.append(f"It is active at {int(life.active.sum())} of {len(course.epochs)} epochs.")
    return points


def _quiet_words(course: Course, life: Life, among: str) -> str:
    among = f" {among}" if among else ""
    if life.quiet is None:
        return f"Still active at the last epoch: the margin is not kept yet{among}."
    if life.quiet == course.epochs[0]:
        return f"Quiet at every epoch: the margin is kept from the first one on{among}."
    return f"**Quiet from epoch {life.quiet} on**: from there the margin is kept{among}, and it no longer teaches."


def batch_points(batches: Batches, course: Course, life: Life, wanted: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return in how many steps the faces were in a batch."""
    points = []
    steps = {name: batches.steps_of(*chosen) for name, chosen in wanted.items()}
    total = batches.steps
    if "face" in steps:
        points.append(_of_one(steps["face"], course, life, total))
    single = [name for name in ("anchor", "positive", "negative") if name in steps]
    if single:
        counts = ", ".join(f"the {name} in {len(steps[name])}" for name in single)
        points.append(f"Of {total:,} batches, {counts}.")
    if "all three" in steps:
        together = len(steps["all three"])
        points.append(
            f"All three were in one batch {_times(together)}: only there could this very triplet teach. "
            "What else moved it was learnt on other triplets."
            if together
            else "All three were never in one batch: whatever moved them was learnt on other triplets."
        )
    if len(batches.mined):
        points.append(
            f"Steps not counted: {len(batches.mined):,}. Their miner chose the batch by the embeddings of all images, "
            "which the seed alone does not tell."
        )
    return points


def _of_one(steps: np.ndarray, course: Course, life: Life, total: int) -> str:
    if not len(steps):
        return f"It was in none of the {total:,} batches so far."
    first, last = (f"step {step:,} (epoch {(step - 1) // course.per_epoch + 1})" for step in (steps[0], steps[-1]))
    when = f"from {first} to {last}" if len(steps) > 1 else first
    told = f"It was in {len(steps)} of {total:,} batches, {when}"
    if life.quiet:
        after = int(np.sum(steps > life.quiet * course.per_epoch))
        return f"{told}; {after} of them after it went quiet."
    return f"{told}."


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def face_alt(faces: TrackedFaces, course: Course, life: Life, face: int) -> str:
    """Describe a face's figure."""
    name = clipped(faces.names[faces.person[face]])
    return f"Distances of a face of {name} over {len(course.epochs)} epochs. {_plain_quiet(life)}"


def triplet_alt(faces: TrackedFaces, course: Course, life: Life, triplet: Triplet) -> str:
    """Describe a triplet's figure."""
    names = [clipped(faces.names[faces.person[face]]) for face in (triplet[0], triplet[2])]
    return f"Distances of a triplet of {names[0]} and {names[1]} over {len(course.epochs)} epochs. {_plain_quiet(life)}"


def _plain_quiet(life: Life) -> str:
    return "Still active at the last one." if life.quiet is None else f"Quiet from epoch {life.quiet} on."


def _signed(gap: float) -> str:
    return ("−" if gap < 0 else "") + distance_words(abs(gap))
