"""What a worker finds in a set, on small synthetic ones: complete, sampled where large, said where gone."""

import numpy as np
import pytest

from facenet_core.evaluation import raw_pixels
from facenet_core.faces import FacesError
from facenet_core.faces.storing import Picture, store
from facenet_core.faces.synthetic import draw_set
from facenet_core.runs.jobs import set_statistics as set_look


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return draw_set(people=6, images=4, root=tmp_path_factory.mktemp("faces"))


def look(faces, **change):
    wanted = {"people": 2, "images": 2, "seed": 0} | change
    return set_look.look_at_set(faces.fingerprint, str(faces.folder.parent), **wanted)


def test_the_whole_set_is_looked_at(faces):
    found = look(faces)
    assert (found["looked_at"], found["faces"], found["people"]) == (24, 24, 6)
    assert found["mean"].shape == (110, 110, 3)
    assert found["between"].shape == found["within"].shape == (110, 110)
    assert 0 < found["share_between"] < 1
    assert found["twins"] == 0
    for kind in set_look.KINDS:
        one, other = found["pairs"][kind][0]
        assert (faces.people[one] == faces.people[other]) == kind.startswith("same")
        points = raw_pixels(faces.read([one, other]))
        assert found["squared_distances"][kind][0] == pytest.approx(((points[0] - points[1]) ** 2).sum(), abs=1e-4)


def test_raw_pixels_are_measured_on_the_unseen_people_only(faces):
    raw = look(faces)["raw"]
    assert (raw["people"], raw["images"]) == (4, 16)
    assert 0 <= raw["accuracy"] <= 1
    assert raw["intervals"] is not None


def test_a_large_set_is_sampled_by_whole_people(faces, monkeypatch):
    monkeypatch.setattr(set_look, "MOST_FACES", 10)
    chosen = set_look.some_people(faces, 3)
    assert len(chosen) == 8
    assert np.bincount(faces.people[chosen])[np.unique(faces.people[chosen])].tolist() == [4, 4]
    assert np.array_equal(chosen, set_look.some_people(faces, 3))
    assert any(not np.array_equal(chosen, set_look.some_people(faces, seed)) for seed in range(4, 9))
    assert look(faces)["looked_at"] == 8
    monkeypatch.setattr(set_look, "MOST_EACH", 2)
    assert np.bincount(faces.people[set_look.some_people(faces, 3)]).max() == 2


def test_one_picture_each_and_copies_are_results_not_errors(tmp_path):
    image = np.random.default_rng(0).integers(0, 255, (110, 110, 3), dtype=np.uint8)
    single = [Picture(image, name, f"{name}/1.png") for name in ("a", "b", "c")]
    found = look(store(single, source="folder", place="here", root=tmp_path, key="k"))
    assert found["twins"] == 3
    assert len(found["pairs"]["same_farthest"]) == 0
    assert found["squared_distances"]["different_closest"][0] == 0
    assert found["raw"] is found["within"] is found["share_between"] is None


def test_a_set_that_is_gone_is_said(tmp_path):
    with pytest.raises(FacesError, match="not in"):
        set_look.look_at_set("0" * 16, str(tmp_path), 2, 2, 0)
