"""Batches of P people x K images, from a random state that can be stored."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from facenet_core.config import MOST_PEOPLE_PER_BATCH, TrainingConfig, check_people_per_batch


class PeopleSampler:
    """Draw batches of some people with some images each.

    A person with fewer than K images brings all they have. The random state is all the memory there is,
    so a sampler restored from ``state`` goes on as if it had never stopped.

    Args:
        people: (N,) int, the person of each image.
        people_per_batch: People in a batch (P).
        images_per_person: Images of each person in a batch (K), at least 2.
        seed: Start of the random sequence.

    Raises:
        ValueError: There are fewer people with two images than P, or P or K is below 2.
    """

    def __init__(self, people: np.ndarray, people_per_batch: int, images_per_person: int, seed: int) -> None:
        by_person = [np.flatnonzero(people == person) for person in np.unique(people)]
        self._images = [images for images in by_person if len(images) >= 2]
        if people_per_batch < 2 or images_per_person < 2:
            raise ValueError(
                f"a batch needs at least 2 people with 2 images, got {people_per_batch} x {images_per_person}"
            )
        self.people_per_batch = check_people_per_batch(people_per_batch, len(self._images))
        self.images_per_person = images_per_person
        self._random = np.random.Generator(np.random.PCG64(seed))

    @classmethod
    def for_training(cls, people: np.ndarray, config: TrainingConfig) -> Self:
        """Return the sampler of a run, at its first step.

        Args:
            people: (N,) int, the person of each image trained on.
            config: The run's configuration.
        """
        there = len(np.unique(people))
        people_per_batch = config.people_per_batch or min(MOST_PEOPLE_PER_BATCH, there)
        return cls(people, people_per_batch, config.images_per_person, config.seed)

    def draw(self) -> np.ndarray:
        """Return the next batch: (B,) int64 positions in ``people``, B at most P x K."""
        chosen = self._random.choice(len(self._images), self.people_per_batch, replace=False)
        return np.concatenate([self._draw_images(self._images[person]) for person in chosen])

    def _draw_images(self, images: np.ndarray) -> np.ndarray:
        count = min(self.images_per_person, len(images))
        return self._random.choice(images, count, replace=False)

    def state(self) -> dict[str, Any]:
        """Return the random state as JSON values."""
        return dict(self._random.bit_generator.state)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what ``state`` returned."""
        self._random.bit_generator.state = dict(state)
