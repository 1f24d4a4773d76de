"""Faces found, turned upright, framed; photos that are there twice; an album that a reader changes."""

import io

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import SkippedPicture
from facenet_core.faces.photos import Entry, Frame, Look, cut, look_at_photo, twins
from facenet_core.faces.photos.album import Album
from facenet_core.faces.photos.reading import Seen
from tests.core.faces.photos.scenes import scene

FACE = (222, 118)  # of the astronaut, in a picture of 512 x 512


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    return Image.fromarray(pytest.importorskip("skimage.data").astronaut())


def jpeg(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def look(image: Image.Image, **options: object) -> Look:
    found = look_at_photo("a.jpg", jpeg(image, **options))
    assert isinstance(found, Look)
    return found


def test_a_face_is_found_where_it_is(astronaut):
    found = look(astronaut)
    assert abs(found.frame.x - FACE[0]) < 25
    assert abs(found.frame.y - FACE[1]) < 25
    assert 90 < found.frame.side < 180


def test_a_turned_photo_is_upright_and_its_notes_are_gone(astronaut):
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010E] = "secret place"
    found = look(astronaut.transpose(Image.Transpose.ROTATE_90), exif=notes)
    assert abs(found.frame.x - FACE[0]) < 30
    assert b"secret" not in found.preview
    assert not Image.open(io.BytesIO(found.preview)).getexif()


def test_several_faces_are_all_found(astronaut):
    pair = Image.new("RGB", (900, 450), (120, 130, 140))
    pair.paste(astronaut.crop((60, 0, 460, 400)), (0, 20))
    pair.paste(astronaut.crop((60, 0, 460, 400)), (470, 20))
    assert len(look(pair).faces) >= 2


def test_no_face_gives_the_middle():
    found = look(Image.new("RGB", (400, 200), (90, 120, 80)))
    assert found.faces == ()
    assert found.frame == Frame(x=200, y=100, side=200)


def test_a_large_photo_is_made_small(astronaut):
    found = look(astronaut.resize((4000, 3000)))
    assert (found.width, found.height) == (800, 600)
    assert len(found.preview) < 400_000


def test_a_cut_turns_the_face_back():
    picture = Image.new("RGB", (300, 300), (200, 200, 200))
    picture.paste((20, 20, 20), (140, 60, 160, 240))  # an upright bar
    leaning = picture.rotate(-20, Image.Resampling.BICUBIC, fillcolor=(200, 200, 200))  # clockwise
    back = cut(leaning, Frame(x=150, y=150, side=200, angle=20)).astype(int)
    straight = cut(picture, Frame(x=150, y=150, side=200)).astype(int)
    assert np.abs(back - straight).mean() < 6
    assert np.abs(cut(leaning, Frame(x=150, y=150, side=200)).astype(int) - straight).mean() > 20


@pytest.mark.parametrize("frame", [Frame(x=-50, y=9e9, side=1e9), Frame(x=float("nan"), y=0, side=0)])
def test_no_frame_leaves_the_photo(frame):
    assert cut(Image.new("RGB", (30, 20), (9, 8, 7)), frame).tolist()[5][5] == [9, 8, 7]


def test_the_same_photo_twice_is_noticed(astronaut):
    other = look(astronaut.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    again = look(astronaut.resize((300, 300)), quality=60)
    assert twins([look(astronaut).hash, other.hash, again.hash]) == [None, None, 0]
    assert twins([]) == []


def test_a_file_that_is_no_photo_is_a_line():
    assert isinstance(look_at_photo("x", b"nothing"), SkippedPicture)


def seen(found: Look, name: str = "Ann/1.jpg", person: str = "Ann") -> Seen:
    return Seen(Entry(name, person, bytes), found)


def test_an_album_is_changed_by_its_reader(astronaut):
    album, found = Album(), look(astronaut)
    first, second = album.add(seen(found)), album.add(seen(found, "2.jpg", ""))
    assert album.twins() == {first.number: None, second.number: first.number}
    assert album.name_unnamed("  李小龙\n") == 1
    assert album.find(second.number).person == "李小龙"
    album.reframe(first.number, {"x": 300, "y": 300, "side": 50, "angle": 0})
    assert (album.find(first.number).image != first.image).any()
    for odd in ({}, {"x": "a", "y": 1, "side": 1, "angle": 1}, {"x": float("nan"), "y": 1, "side": 1, "angle": 1}):
        album.reframe(first.number, odd)
    assert album.find(first.number).frame.x == 300
    assert album.leave_out_twins() == 1
    assert [photo.number for photo in album.used] == [first.number]
    more = album.add_face(first.number, Frame(x=100, y=100, side=80))
    assert more.person == ""
    assert album.delete(second.number).file == "2.jpg"
    assert album.find(second.number) is None
    assert album.clear() == 2
    assert len(album) == 0


def test_all_turns_are_undone_at_once_and_made_again():
    album = Album()
    leaning = [album.add(seen(look(scene(number, lean=lean).picture))) for number, lean in ((2, 20), (3, -18))]
    upright, by_hand = (
        album.add(seen(look(scene(2, lean=0).picture))),
        album.add(seen(look(scene(11, lean=20).picture))),
    )
    album.reframe(by_hand.number, {"x": by_hand.frame.x, "y": by_hand.frame.y, "side": 90, "angle": -5})
    assert [photo.turned for photo in album.photos] == [True, True, False, False]
    assert album.undo_turns() == 2
    assert [photo.frame.angle for photo in album.photos] == [0, 0, 0, -5]
    assert all((album.find(photo.number).image != photo.image).any() for photo in leaning)
    assert (album.find(upright.number).image == upright.image).all()
    assert album.undo_turns() == 0
    assert album.turn_upright() == 2
    assert [photo.frame for photo in album.photos][:2] == [photo.frame for photo in leaning]
    assert [photo.frame.angle for photo in album.photos][2:] == [0, -5]
