"""Faces in pictures: each once, the main one first, turned only where that is sure; nothing where there is none."""

import math
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces.photos import Frame
from facenet_core.faces.photos.eyes import lean_of
from facenet_core.faces.photos.finding import find_faces, once_each
from facenet_core.faces.synthetic import draw_face
from tests.core.faces.photos.scenes import ground, scene


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


@pytest.mark.parametrize("number", range(12))
def test_a_head_before_anything_is_found_once_where_it_is(number):
    shown = scene(number)
    (face,) = find_faces(shown.picture)
    assert math.hypot(face.x - shown.x, face.y - shown.y) < 0.28 * shown.side
    assert shown.side / 2 < face.side < 2 * shown.side


@pytest.mark.parametrize("person", range(8))
def test_a_face_that_fills_its_picture_is_a_face(person):
    drawn = Image.fromarray(draw_face(person, 1))
    for tight in (drawn, drawn.crop((18, 18, 92, 92)), drawn.resize((48, 48))):
        assert len(find_faces(tight)) == 1


@pytest.mark.parametrize(("person", "picture"), [(10, 1), (17, 1), (17, 2), (21, 2), (49, 2)])
def test_a_face_unlike_a_photograph_still_counts_where_it_fills_its_picture(person, picture):
    assert len(find_faces(Image.fromarray(draw_face(person, picture)))) == 1


@pytest.mark.parametrize("number", range(16))
def test_where_there_is_no_face_none_is_found(number):
    chance = np.random.default_rng(number)
    width, height = [(640, 480), (110, 110), (300, 300)][number % 3]
    picture = ground(chance, width, height) if number else chance.integers(0, 256, (height, width, 3))
    assert find_faces(Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))) == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (900, 2), (11, 11), (40, 13)])
def test_a_picture_too_small_for_a_face_has_none(size):
    assert find_faces(Image.new("RGB", size, (200, 180, 160))) == ()


def leaning(number: int, lean: float) -> float:
    (face,) = find_faces(scene(number, lean=lean).picture)
    return face.angle


@pytest.mark.parametrize("number", range(10))
def test_an_upright_face_stays_as_it_is(number):
    assert leaning(number, 0.0) == 0


@pytest.mark.parametrize("lean", [-25, -15, 15, 25])
def test_a_face_that_leans_clearly_is_turned_by_as_much(lean):
    turns = [leaning(number, lean) for number in (2, 3, 4, 10, 11, 15)]
    assert np.median(turns) == pytest.approx(lean, abs=4)
    assert all(turn == 0 or abs(turn - lean) < 10 for turn in turns)


def points(lean: float, *, mouth: float = 0.0) -> np.ndarray:
    """Draw eyes, nose and mouth that lean; the mouth by so many degrees more."""
    upright = np.array([[-10, -10], [10, -10], [0, 0], [-8, 12], [8, 12]], dtype=float)

    def turned(rows, degrees):
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return rows @ np.array([[cosine, sine], [-sine, cosine]])

    return np.concatenate([turned(upright[:3], lean), turned(upright[3:], lean + mouth)])


@pytest.mark.parametrize("lean", [-40, -9, 0, 17])
def test_eyes_and_mouth_that_agree_tell_the_lean(lean):
    assert lean_of(points(lean)) == pytest.approx(lean)


@pytest.mark.parametrize("found", [points(10, mouth=40), points(60), points(170)])
def test_eyes_and_mouth_that_disagree_tell_nothing(found):
    assert lean_of(found) is None


def test_looking_at_a_photo_needs_no_heavy_library():
    code = (
        "import sys, io; from PIL import Image; from facenet_core.faces.photos import look_at_photo\n"
        "file = io.BytesIO(); Image.new('RGB', (300, 200)).save(file, 'PNG'); look_at_photo('a', file.getvalue())\n"
        "print({'torch', 'umap', 'sklearn', 'skimage', 'numba', 'scipy'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "set()"
