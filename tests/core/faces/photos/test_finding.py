"""Faces in pictures: each once, in order of how likely they are."""

from facenet_core.faces.photos import Frame
from facenet_core.faces.photos.finding import once_each


def test_overlapping_finds_are_one_face():
    likeliest = Frame(x=100, y=100, side=80)
    shifted, nested, around = (
        Frame(x=118, y=96, side=70),
        Frame(x=105, y=110, side=30),
        Frame(x=110, y=100, side=150),
    )
    assert once_each([likeliest, shifted, nested, around]) == (likeliest,)


def test_two_heads_side_by_side_are_two_faces():
    left, right, touching = Frame(x=100, y=100, side=80), Frame(x=190, y=110, side=90), Frame(x=30, y=98, side=80)
    assert once_each([left, right, touching]) == (left, right, touching)
    assert once_each([]) == ()


def test_how_much_of_the_smaller_frame_two_share():
    frame = Frame(x=50, y=50, side=100)
    assert frame.shared_with(Frame(x=50, y=50, side=20)) == 1
    assert frame.shared_with(Frame(x=100, y=50, side=100)) == 0.5
    assert frame.shared_with(Frame(x=150, y=150, side=100)) == 0
