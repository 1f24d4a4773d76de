"""Drawn people: always the same ones, different from one another, hard to tell by colour alone."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import FacesError, load_faces, split_faces
from facenet_core.faces.drawing.person import BEARDS, HAIR_STYLES, person_of
from facenet_core.faces.drawing.scene import scene_of
from facenet_core.faces.synthetic import draw_face, draw_set


def test_a_face_is_decided_by_its_numbers() -> None:
    face = draw_face(3, 5)
    assert face.shape == (110, 110, 3)
    assert face.dtype == np.uint8
    assert (face == draw_face(3, 5)).all()
    for other in (draw_face(3, 6), draw_face(4, 5), draw_face(3, 5, seed=1)):
        assert np.abs(face.astype(int) - other).mean() > 5


def test_a_person_stays_and_the_scene_changes() -> None:
    assert person_of(0, 7) is person_of(0, 7)
    scenes = [scene_of(0, 7, picture) for picture in range(30)]
    assert np.std([scene.yaw for scene in scenes]) > 0.15
    assert np.std([scene.light[0] for scene in scenes]) > 0.3
    assert np.std([scene.smile for scene in scenes]) > 0.15


def test_many_people_cover_every_style() -> None:
    people = [person_of(0, number) for number in range(300)]
    assert {person.hair_style for person in people} == set(HAIR_STYLES)
    assert {person.beard for person in people} == set(BEARDS)
    tones = np.array([person.skin.mean() for person in people])
    assert np.percentile(tones, 90) > 4 * np.percentile(tones, 10)  # light and dark skin alike
    assert sum(person.glasses is not None for person in people) > 50


def test_every_style_can_be_drawn_from_every_side() -> None:
    for number in range(80):
        assert draw_face(number, number).std() > 10


def test_more_is_drawn_than_is_trained_on(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    faces = load_faces("synthetic", people=2, images=3, root=tmp_path, progress=lambda *tell: told.append(tell))
    assert faces.counts.tolist() == [7] * 14
    assert faces.files[0] == "synthetic/person 01/01"
    assert (faces.images[8] == draw_face(1, 1)).all()
    assert told[-1] == (98, 98, "pictures drawn")
    split = split_faces(faces, people=2, images=3)
    assert (len(split.seen), len(split.held_out), len(split.unseen)) == (6, 8, 84)
    assert split.notes == ()


def test_a_drawn_set_is_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = draw_set(people=3, images=2, root=tmp_path)
    monkeypatch.setattr("facenet_core.faces.synthetic.draw", None)
    assert draw_set(people=3, images=2, root=tmp_path).fingerprint == first.fingerprint


def test_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacesError, match="leave the path out"):
        load_faces("synthetic", path=tmp_path, root=tmp_path)


def test_raw_pixels_hardly_tell_people_apart() -> None:
    people, images = 30, 8
    small = [
        np.asarray(Image.fromarray(draw_face(person, picture)).convert("L").resize((32, 32)), dtype=np.float32).ravel()
        for person in range(people)
        for picture in range(images)
    ]
    pixels = np.array(small) / np.linalg.norm(small, axis=1, keepdims=True)
    first, second = np.triu_indices(people * images, 1)
    same = first // images == second // images
    similarity = (pixels @ pixels.T)[first, second]
    thresholds = np.quantile(similarity, np.linspace(0, 1, 200))
    best = max(((similarity[same] >= t).mean() + (similarity[~same] < t).mean()) / 2 for t in thresholds)
    assert 0.55 < best < 0.78
