"""Batches of P people x K images."""

import json

import numpy as np
import pytest

from facenet_core.config import TrainingConfig
from facenet_core.triplets import PeopleSampler

PEOPLE = np.repeat([3, 5, 8, 9], [4, 2, 1, 6])  # person 8 has one image and can form no pair


def test_a_batch_has_p_people_with_up_to_k_different_images() -> None:
    sampler = PeopleSampler(PEOPLE, 3, 4, seed=0)
    for _ in range(20):
        batch = sampler.draw()
        assert len(set(batch.tolist())) == len(batch)
        people, counts = np.unique(PEOPLE[batch], return_counts=True)
        assert people.tolist() == [3, 5, 9]
        assert counts.tolist() == [4, 2, 4]


def test_every_person_and_image_gets_a_turn() -> None:
    sampler = PeopleSampler(PEOPLE, 2, 2, seed=1)
    shown = np.concatenate([sampler.draw() for _ in range(100)])
    assert set(shown.tolist()) == set(np.flatnonzero(PEOPLE != 8).tolist())


def test_equal_seeds_draw_equal_batches_and_others_do_not() -> None:
    first, second, other = (PeopleSampler(PEOPLE, 2, 2, seed=s) for s in (7, 7, 8))
    batches = [np.concatenate([s.draw() for _ in range(5)]).tolist() for s in (first, second, other)]
    assert batches[0] == batches[1] != batches[2]


def test_a_stored_state_goes_on_where_it_stopped() -> None:
    sampler = PeopleSampler(PEOPLE, 2, 2, seed=4)
    sampler.draw()
    state = json.loads(json.dumps(sampler.state()))
    expected = sampler.draw()
    restored = PeopleSampler(PEOPLE, 2, 2, seed=99)
    restored.restore(state)
    assert restored.draw().tolist() == expected.tolist()


def test_more_people_than_there_are_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="only 3 people have two images"):
        PeopleSampler(PEOPLE, 4, 2, seed=0)
    with pytest.raises(ValueError, match="at least 2 people with 2 images, got 2 x 1"):
        PeopleSampler(PEOPLE, 2, 1, seed=0)


@pytest.mark.parametrize(("asked", "people_per_batch"), [(None, 3), (2, 2)])
def test_the_sampler_of_a_run_follows_its_configuration(asked, people_per_batch) -> None:
    people = PEOPLE[PEOPLE != 8]
    config = TrainingConfig(people_per_batch=asked, images_per_person=2, seed=5)
    found, expected = PeopleSampler.for_training(people, config), PeopleSampler(people, people_per_batch, 2, seed=5)
    assert found.draw().tolist() == expected.draw().tolist()
    many = np.repeat(np.arange(40), 2)
    assert len(PeopleSampler.for_training(many, TrainingConfig(images_per_person=2)).draw()) == 50
