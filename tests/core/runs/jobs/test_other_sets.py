"""Faces of other sets in a run's space: embedded by its network, stored nowhere."""

import numpy as np
import pytest

from facenet_core.faces import FacesError
from facenet_core.faces.heads import conditions_of
from facenet_core.faces.synthetic import draw_set
from facenet_core.runs.jobs import other_sets
from facenet_core.runs.jobs.other_sets import embed_set, embed_strangers
from facenet_core.runs.records import RunDamaged


@pytest.fixture
def colours(monkeypatch):
    """A network that sees the mean colours of a picture's rows."""
    seen = []

    def embed(run_path, images):
        seen.append(images)
        return images.mean(axis=(2, 3)).astype(np.float32)

    monkeypatch.setattr(other_sets, "embed_photos", embed)
    return seen


def test_a_set_is_embedded_whole_people_at_a_time(tmp_path, colours, monkeypatch):
    faces = draw_set(people=4, images=3, root=tmp_path)
    found = embed_set("a run", faces.fingerprint, str(tmp_path))
    assert (len(found.people), found.images, found.names) == (12, 12, faces.names)
    assert (colours[0] == faces.read(np.arange(12))).all()
    monkeypatch.setattr(other_sets, "MOST_FACES", 7)
    found = embed_set("a run", faces.fingerprint, str(tmp_path))
    assert (len(found.people), found.images, len(found.names)) == (6, 12, 2)
    assert np.bincount(found.people).tolist() == [3, 3]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([faces.fingerprint, "lookup"])


def test_a_set_that_was_deleted_is_said(tmp_path, colours):
    with pytest.raises(FacesError, match="not in"):
        embed_set("a run", "0" * 16, str(tmp_path))


def test_strangers_are_the_same_each_time(colours, monkeypatch):
    monkeypatch.setattr(other_sets, "PEOPLE", 2)
    monkeypatch.setattr(other_sets, "PICTURES", 2)
    usual, again, turned = (embed_strangers("a run", name) for name in ("usual", "usual", "turned"))
    assert (usual.embeddings == again.embeddings).all()
    assert (usual.embeddings != turned.embeddings).any()
    assert usual.people.tolist() == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="conditions must be one of"):
        embed_strangers("a run", "upside down")


def test_what_is_not_a_number_is_said(colours, monkeypatch):
    monkeypatch.setattr(other_sets, "PEOPLE", 1)
    monkeypatch.setattr(other_sets, "embed_photos", lambda run, images: np.full((len(images), 4), np.nan))
    with pytest.raises(RunDamaged, match="not numbers"):
        embed_strangers("a run", "usual")


@pytest.mark.parametrize("wanted", other_sets.CONDITIONS)
def test_strangers_stay_within_what_a_face_can_be(wanted):
    for number in range(6):
        own = conditions_of(1, 3, number)
        found = other_sets.changed(own, wanted, number)  # raises where a value is not allowed
        assert (found == own) == (wanted in ("usual", "grey"))
        assert abs(found.yaw) >= abs(own.yaw)  # nobody is turned back


def test_black_and_white_keeps_how_bright_things_are():
    colours = np.array([[[[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 255, 0]]]], np.uint8)
    assert other_sets.in_grey(colours)[0, 0].tolist() == [[v] * 3 for v in (255, 0, 76, 150)]
