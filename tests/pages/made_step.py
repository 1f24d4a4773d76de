"""Makes one step in slow motion out of random numbers, as a worker would return it."""

import numpy as np

from facenet_core.evaluation import single_triplets
from facenet_core.runs.jobs.one_step import SlowStep


def make_step(
    *, people: int = 4, each: int = 3, mined: int = 5, loss: str = "triplet", names: list[str] | None = None
) -> SlowStep:
    """Return a step whose first triplets are the mined ones."""
    chance = np.random.default_rng(0)
    person = np.repeat(np.arange(people), each)
    before = chance.normal(size=(people * each, 8))
    after = before + 0.1 * chance.normal(size=before.shape)
    triplets = single_triplets(before, person)
    squared = [((points[:, None] - points[None]) ** 2).sum(2) for points in (before, after)]
    return SlowStep(
        names=names or [f"person {number}" for number in range(people)],
        person=person,
        thumbnails=np.zeros((len(person), 48, 48, 3), np.uint8),
        before=before,
        after=after,
        distances_before=squared[0],
        distances_after=squared[1],
        anchors=triplets.anchor[:mined],
        positives=triplets.positive[:mined],
        negatives=triplets.negative[:mined],
        gradient=chance.normal(size=before.shape) if mined else np.zeros_like(before),
        places_before=before[:, :2],
        places_after=after[:, :2],
        arrows=before[:, 2:4] if mined else np.zeros((len(person), 2)),
        spread_shown=0.4,
        loss_before=0.3 if mined else 0.0,
        loss_after=0.2,
        counts_before=np.array([len(triplets), len(triplets) - mined, mined, 0, mined]),
        counts_after=np.array([len(triplets), len(triplets), 0, 0, 0]),
        margin=0.2,
        miner="semi-hard",
        loss=loss,
        optimiser="adamw",
        learning_rate=0.002,
        weights=1234,
        change=0.01,
    )
