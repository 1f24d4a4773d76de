"""Who is trained on and whom it is measured on, from the seed alone."""

from collections.abc import Callable

import numpy as np
import pytest

from facenet_core.faces import FacesError, FaceSet, FaceSplit, split_faces

SetOf = Callable[[dict[str, int]], FaceSet]


def same_each(people: int, images: int) -> dict[str, int]:
    return {f"p{number:03d}": images for number in range(people)}


def check_groups(faces: FaceSet, split: FaceSplit) -> None:
    """What must hold for every split."""
    together = np.concatenate([split.seen, split.held_out, split.unseen])
    assert len(np.unique(together)) == len(together)
    for group in (split.seen, split.held_out, split.unseen, split.people_seen):
        assert group.dtype == np.int64
        assert (np.diff(group) > 0).all()
    assert set(faces.people[split.seen]) == set(split.people_seen)
    assert set(faces.people[split.held_out]) <= set(split.people_seen)
    assert not set(faces.people[split.unseen]) & set(split.people_seen)
    assert (np.bincount(faces.people[split.seen])[split.people_seen] >= 2).all()
    for group in (split.unseen, split.held_out):
        counts = np.bincount(faces.people[group])
        assert not len(group) or (counts >= 2).sum() >= 2  # both kinds of pairs
        assert not len(group) or counts.max() <= 10
    assert np.bincount(faces.people[split.unseen], minlength=1).astype(bool).sum() <= 40


def test_what_is_beyond_the_wish_is_measured_on(set_of: SetOf) -> None:
    faces = set_of(same_each(62, 24))
    split = split_faces(faces, people=50, images=20)
    check_groups(faces, split)
    assert (len(split.seen), len(split.held_out), len(split.unseen)) == (1000, 200, 120)
    assert split.notes == ()


def test_the_same_seed_gives_the_same_split(set_of: SetOf) -> None:
    faces = set_of(same_each(20, 8))
    first, again, other = (split_faces(faces, people=10, images=5, seed=seed) for seed in (3, 3, 4))
    for name in ("seen", "held_out", "unseen", "people_seen"):
        assert (getattr(first, name) == getattr(again, name)).all()
    assert first.people_seen.tolist() != other.people_seen.tolist()


def test_the_split_is_the_same_on_every_machine(set_of: SetOf) -> None:
    split = split_faces(set_of(same_each(8, 6)), people=4, images=3, seed=1)
    assert split.people_seen.tolist() == [2, 4, 5, 7]
    assert split.seen.tolist() == [13, 14, 17, 26, 28, 29, 30, 31, 35, 44, 46, 47]


def test_people_with_enough_images_come_first_then_those_with_most(set_of: SetOf) -> None:
    faces = set_of({"a": 3, "b": 9, "c": 4, "d": 8, "e": 2, "f": 2})
    for seed in range(9):
        names = [faces.names[i] for i in split_faces(faces, people=3, images=5, seed=seed).people_seen]
        assert names == ["b", "c", "d"]


def test_the_seed_decides_among_those_with_enough(set_of: SetOf) -> None:
    faces = set_of({"a": 30, "b": 9, "c": 8, "d": 8, "e": 2, "f": 2})
    chosen = {tuple(split_faces(faces, people=2, images=5, seed=seed).people_seen.tolist()) for seed in range(40)}
    assert len(chosen) == 6  # every two of the four


def test_fewer_images_than_asked_for_are_used_and_said(set_of: SetOf) -> None:
    faces = set_of({"a": 9, "b": 9, "c": 3, "d": 2, "e": 2})
    split = split_faces(faces, people=3, images=5)
    check_groups(faces, split)
    assert len(split.seen) == 13
    assert any("1 of 3 people trained on have fewer than 5 images" in note for note in split.notes)


def test_unseen_people_have_the_most_images(set_of: SetOf) -> None:
    faces = set_of(same_each(50, 20) | {f"q{n:02d}": n for n in range(1, 20)})
    split = split_faces(faces, people=48, images=19)
    check_groups(faces, split)
    names = {faces.names[i] for i in np.unique(faces.people[split.unseen])}
    assert {"q18", "q17", "q02"} <= names
    assert "q01" not in names  # one image forms no pair
    many = set_of(same_each(5, 30) | {f"q{n:02d}": 3 + n // 30 for n in range(60)})
    split = split_faces(many, people=5, images=20)
    check_groups(many, split)
    unseen = np.unique(many.people[split.unseen])
    assert len(unseen) == 40
    assert {f"q{n}" for n in range(30, 60)} <= {many.names[i] for i in unseen}


def test_people_are_set_aside_only_where_nobody_is_left(set_of: SetOf) -> None:
    faces = set_of(same_each(50, 24))
    split = split_faces(faces, people=50, images=20)
    check_groups(faces, split)
    assert len(split.people_seen) == 42
    assert len(np.unique(faces.people[split.unseen])) == 8
    assert any(note.startswith("8 of 50 people are set aside") for note in split.notes)
    assert len(split_faces(faces, people=48, images=20).people_seen) == 48


def test_images_are_set_aside_only_where_none_are_left(set_of: SetOf) -> None:
    faces = set_of(same_each(60, 20))
    split = split_faces(faces, people=50, images=20)
    check_groups(faces, split)
    assert (len(split.seen), len(split.held_out)) == (800, 200)
    assert any(note.startswith("4 images of 50 people are set aside") for note in split.notes)
    assert len(split_faces(faces, people=50, images=18).seen) == 900


def test_left_out_people_and_images_mean_all_but_what_is_set_aside(set_of: SetOf) -> None:
    faces = set_of(same_each(40, 10))
    split = split_faces(faces)
    check_groups(faces, split)
    assert len(split.people_seen) == 33  # 40 / 6 is about 7
    assert (len(split.seen), len(split.held_out), len(split.unseen)) == (33 * 8, 33 * 2, 70)


def test_at_most_forty_people_are_set_aside(set_of: SetOf) -> None:
    faces = set_of(same_each(600, 2))
    split = split_faces(faces)
    check_groups(faces, split)
    assert len(split.people_seen) == 560
    assert len(split.held_out) == 0
    assert any("too few images" in note for note in split.notes)


@pytest.mark.parametrize(
    ("people", "seen", "unseen"), [(2, 2, 0), (3, 3, 0), (4, 2, 2), (5, 3, 2), (8, 4, 4), (30, 25, 5)]
)
def test_small_sets_go_without_what_they_are_too_small_for(set_of: SetOf, people: int, seen: int, unseen: int) -> None:
    faces = set_of(same_each(people, 6))
    split = split_faces(faces)
    check_groups(faces, split)
    assert len(split.people_seen) == seen
    assert len(np.unique(faces.people[split.unseen])) == unseen
    assert unseen or any("too few people" in note for note in split.notes)


def test_one_person_left_over_is_joined_by_others(set_of: SetOf) -> None:
    faces = set_of(same_each(13, 6))
    split = split_faces(faces, people=12, images=4)
    check_groups(faces, split)
    assert len(np.unique(faces.people[split.unseen])) == 4
    assert len(split.people_seen) == 9


def test_one_image_forms_no_pair(set_of: SetOf) -> None:
    faces = set_of(same_each(6, 5) | {f"x{n}": 1 for n in range(9)})
    split = split_faces(faces, people=4, images=3)
    check_groups(faces, split)
    assert all(faces.counts[person] > 1 for person in split.people_seen)
    assert any("9 of 15 people have one picture only" in note for note in split.notes)


def test_a_list_limits_who_is_trained_on_not_who_is_measured_on(set_of: SetOf) -> None:
    faces = set_of(same_each(12, 6))
    listed = ("p000", "p001", "p002", "nobody")
    split = split_faces(faces, people_list=listed)
    check_groups(faces, split)
    assert split.people_seen.tolist() == [0, 1, 2]
    assert set(faces.people[split.unseen]) == set(range(3, 12))
    assert any("1 of the 4 people in the list have no picture in the set: nobody" in note for note in split.notes)


def test_more_people_than_there_are(set_of: SetOf) -> None:
    faces = set_of(same_each(10, 6))
    split = split_faces(faces, people=100, images=5)
    check_groups(faces, split)
    assert any("100 people were asked for, 10 can be trained on" in note for note in split.notes)


@pytest.mark.parametrize("people", [{"a": 9}, {"a": 9, "b": 1}, {"a": 1, "b": 1, "c": 1}])
def test_without_two_people_with_two_images_there_is_nothing_to_train_on(set_of: SetOf, people: dict[str, int]) -> None:
    with pytest.raises(FacesError, match="at least two people with two pictures each"):
        split_faces(set_of(people))


def test_a_list_of_nobody_says_so(set_of: SetOf) -> None:
    with pytest.raises(FacesError, match="the list has 0"):
        split_faces(set_of(same_each(5, 5)), people_list=["nobody"])


@pytest.mark.parametrize("wish", [{"people": 1}, {"images": 1}, {"people": 0}])
def test_fewer_than_two_is_no_wish(set_of: SetOf, wish: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be at least 2"):
        split_faces(set_of(same_each(5, 5)), **wish)


def test_every_small_set_splits_or_says_why(set_of: SetOf) -> None:
    rng = np.random.default_rng(0)
    for seed in range(150):
        counts = {f"p{n}": int(rng.integers(1, 9)) for n in range(int(rng.integers(1, 9)))}
        people, images = (None if rng.random() < 0.3 else int(rng.integers(2, 9)) for _ in range(2))
        faces = set_of(counts)
        if sum(count >= 2 for count in counts.values()) < 2:
            with pytest.raises(FacesError):
                split_faces(faces, people=people, images=images, seed=seed)
            continue
        check_groups(faces, split_faces(faces, people=people, images=images, seed=seed))
