"""Pictures that are drawn when they are first wanted, by whoever wants them."""

import numpy as np
import pytest

from facenet_core.faces import load_faces
from facenet_core.faces.growing import GrowingPictures, opened
from facenet_core.faces.synthetic import draw_face, draw_set, growing_set

COUNT = 12


class Artist:
    """Draws grey pictures and remembers which."""

    def __init__(self):
        self.drew = []

    def __call__(self, number):
        self.drew.append(number)
        return np.full((110, 110, 3), number, np.uint8)


class Enough(Exception):
    pass


@pytest.fixture
def artists(tmp_path):
    """Two processes' views of one set, each with an artist of its own."""
    first, second = Artist(), Artist()
    with opened(tmp_path, "key", COUNT, first) as one, opened(tmp_path, "key", COUNT, second) as other:
        yield one, first, other, second


def test_a_picture_is_drawn_once_for_all(artists):
    one, first, other, second = artists
    assert one.read([3, 5]).mean(axis=(1, 2, 3)).tolist() == [3, 5]
    assert other.read([5, 3, 4]).mean(axis=(1, 2, 3)).tolist() == [5, 3, 4]
    assert (first.drew, second.drew) == ([3, 5], [4])
    assert np.flatnonzero(one.drawn()).tolist() == [3, 4, 5]


def test_what_is_missing_is_drawn_until_somebody_ends_it(artists):
    one, first, other, second = artists
    left = iter(range(4))

    def four_more():
        if next(left, None) is None:
            raise Enough

    with pytest.raises(Enough):
        one.draw_missing(range(COUNT), four_more)
    other.draw_missing(range(COUNT))
    assert len(first.drew) == 4
    assert sorted(first.drew + second.drew) == list(range(COUNT))
    assert other.drawn().all()


@pytest.mark.parametrize("keep", [0, 500], ids=["lost", "torn"])
def test_a_picture_that_a_power_failure_damaged_is_drawn_again(artists, keep):
    one, _first, other, second = artists
    one.read([2])
    path = one.folder / "pictures"
    content = path.read_bytes()
    path.write_bytes(content[: 2 * 110 * 110 * 3 + keep])  # its mark is there, the picture is not
    assert (other.read([2]) == 2).all()
    assert second.drew == [2]


def test_reading_goes_on_when_the_set_was_stored_and_its_beginnings_are_gone(tmp_path):
    artist = Artist()
    pictures = GrowingPictures(tmp_path, "key", COUNT, artist)
    pictures.read([1])
    pictures.remove()
    assert (pictures.read([1, 2])[1] == 2).all()
    pictures.close()


def test_a_growing_class_is_the_class(tmp_path):
    growing = growing_set(people=2, images=2, root=tmp_path)
    assert growing.fingerprint == ""
    assert (growing.read([7]) == draw_face(1, 1)).all()  # two pictures of each, and four more

    whole = load_faces("synthetic", people=2, images=2, root=tmp_path)
    assert (whole.names, whole.files, whole.people.tolist()) == (growing.names, growing.files, growing.people.tolist())
    assert (whole.read([0, 7, 130]) == growing.read([0, 7, 130])).all()
    assert not list(tmp_path.glob(".growing-*"))
    assert growing_set(people=2, images=2, root=tmp_path).fingerprint == whole.fingerprint


def test_a_set_of_which_some_is_drawn_comes_out_the_same(tmp_path):
    whole = draw_set(people=3, images=2, root=tmp_path / "at once")
    growing = growing_set(people=None, images=None, root=tmp_path / "other")
    growing.read([0])
    assert draw_set(people=3, images=2, root=tmp_path / "other").fingerprint == whole.fingerprint
