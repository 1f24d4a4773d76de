import numpy as np
import pytest

from facenet_core.evaluation import enrol

PEOPLE = np.repeat([2, 5, 7, 9], [4, 3, 2, 1])


def test_photos_of_enrolled_people_are_probes_or_in_the_gallery_and_strangers_are_the_rest():
    found = enrol(PEOPLE, photos=2, enrolled=2, seed=1)
    everything = np.concatenate([found.gallery, found.known, found.strangers])
    assert sorted(everything) == list(range(len(PEOPLE)))
    assert set(PEOPLE[found.gallery]) == set(found.enrolled)
    assert set(PEOPLE[found.known]) <= set(found.enrolled)
    assert not set(PEOPLE[found.strangers]) & set(found.enrolled)


@pytest.mark.parametrize("seed", range(8))
def test_larger_galleries_hold_the_smaller_ones(seed):
    small = enrol(PEOPLE, photos=1, enrolled=2, seed=seed)
    assert set(small.gallery) <= set(enrol(PEOPLE, photos=3, enrolled=2, seed=seed).gallery)
    assert set(small.gallery) <= set(enrol(PEOPLE, photos=1, enrolled=3, seed=seed).gallery)


def test_everybody_with_two_photos_keeps_one_as_a_probe():
    found = enrol(PEOPLE, photos=10, enrolled=4)
    assert np.bincount(PEOPLE[found.gallery], minlength=10)[[2, 5, 7, 9]].tolist() == [3, 2, 1, 1]
    assert found.without_probe == 1
    assert len(found.strangers) == 0


def test_only_some_photos_may_stand_in_the_gallery():
    allowed = np.tile([True, False], 5)
    found = enrol(PEOPLE, photos=5, enrolled=2, for_gallery=allowed)
    assert allowed[found.gallery].all()
    assert not allowed[found.known].any()


def test_somebody_is_enrolled_in_addition():
    before = enrol(PEOPLE, photos=1, enrolled=2, seed=3)
    newcomer = int(PEOPLE[before.strangers][0])
    after = enrol(PEOPLE, photos=1, enrolled=2, seed=3, also=[newcomer, 404])
    assert set(after.enrolled) == {*before.enrolled, newcomer}
    assert set(before.gallery) < set(after.gallery)


def test_nobody_and_nothing_are_results():
    found = enrol(np.zeros(0, np.int64), photos=1, enrolled=3)
    assert len(found.gallery) == len(found.known) == len(found.strangers) == 0
    assert len(enrol(PEOPLE, photos=1, enrolled=0).strangers) == len(PEOPLE)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="photos must be at least 1"):
        enrol(PEOPLE, photos=0, enrolled=1)
    with pytest.raises(ValueError, match="whole number a photo"):
        enrol(PEOPLE + 0.5, photos=1, enrolled=1)
    with pytest.raises(ValueError, match="one entry a photo"):
        enrol(PEOPLE, photos=1, enrolled=1, for_gallery=[True])


def test_people_at_the_end_leave_everybody_else_where_they_were():
    before = enrol(PEOPLE, photos=2, enrolled=2, seed=5)
    after = enrol(np.append(PEOPLE, [50, 50, 50]), photos=2, enrolled=2, seed=5, also=[50])
    assert set(before.gallery) < set(after.gallery)
    assert set(before.strangers) == set(after.strangers)
    assert (np.append(PEOPLE, [50] * 3)[after.known] == 50).sum() == 1
