"""Kinds of pictures: by factors stored with a set, by the numbers of synthetic faces, by folders."""

import numpy as np
import pytest

from facenet_core.faces.heads import conditions_of
from facenet_core.faces.synthetic import draw_face, draw_set
from facenet_core.runs.jobs.face_kinds import RULES, draw_again, drawn_number, kinds_of
from facenet_core.runs.records import TrackedFaces


def tracked(files, names=None, person=None):
    person = np.zeros(len(files), np.int32) if person is None else np.array(person, np.int32)
    return TrackedFaces(
        index=np.arange(len(files)),
        person=person,
        group=np.full(len(files), 2, np.uint8),
        names=np.array(names or [f"p{n}" for n in range(int(person.max(initial=0)) + 1)]),
        files=np.array(files),
    )


def test_factors_stored_with_a_set_and_those_of_its_file_names_agree(tmp_path):
    faces = draw_set(people=3, images=2, root=tmp_path)
    them = tracked(list(faces.files), person=faces.people.tolist())
    stored, named = kinds_of(them, faces.fingerprint, tmp_path), kinds_of(them, None, tmp_path)
    assert [kinds.name for kinds in stored] == [kinds.name for kinds in named] == list(RULES)
    for one, other in zip(stored, named, strict=True):
        assert (one.codes == other.codes).all(), one.name


def test_glasses_are_those_of_the_conditions(tmp_path):
    files = [f"synthetic/person {person:02}/{picture:02}" for person in range(1, 6) for picture in range(1, 9)]
    glasses = {kinds.name: kinds for kinds in kinds_of(tracked(files), "0" * 16, tmp_path)}["glasses"]
    for place in range(len(files)):
        worn = conditions_of(0, place // 8, place % 8).glasses != "none"
        assert glasses.codes[place] == worn
    first, second = np.array([0, 1, 2]), np.array([3, 4, 5])
    names, slices = glasses.slices(first, second)
    assert names == ("both without glasses", "one without glasses, one with glasses", "both with glasses")
    assert slices.tolist() == (glasses.codes[first] + glasses.codes[second]).tolist()


def test_photographs_among_synthetic_faces_have_no_factor(tmp_path):
    files = ["synthetic/person 01/01", "own/Ann/001 a.jpg", "synthetic/person 02/01", "own/Bob/001 b.jpg"]
    found = {kinds.name: kinds for kinds in kinds_of(tracked(files, person=[0, 1, 2, 3]), None, tmp_path)}
    assert found["glasses"].codes[[1, 3]].tolist() == [-1, -1]
    assert found["glasses"].slices(np.array([0, 0]), np.array([1, 2]))[1][0] == -1
    assert found["origin"].kinds == ("from own", "from synthetic")


def test_folders_that_begin_alike_are_kinds(tmp_path):
    names = ["women_ann", "women_eve", "men_bob", "men_dan", "kids_tim", "kids_pia"]
    them = tracked([f"{name}/1.jpg" for name in names], names=names, person=range(6))
    (kinds,) = kinds_of(them, None, tmp_path)
    assert (kinds.name, kinds.kinds) == ("folder", ("“kids”", "“men”", "“women”"))
    said, slices = kinds.slices(np.array([0, 0, 2]), np.array([1, 2, 3]))
    assert said[-1] == "one of each of two kinds"
    assert slices.tolist() == [2, 3, 1]


@pytest.mark.parametrize("names", [["Ann", "Bob", "Eve"], ["s1", "s2", "s3"], ["a_1", "b_2"], []])
def test_folders_that_are_just_people_are_no_kinds(tmp_path, names):
    them = tracked([f"{name}/1.jpg" for name in names], names=names or ["nobody"], person=range(len(names)))
    assert kinds_of(them, None, tmp_path) == []


@pytest.mark.parametrize(
    ("file", "number"),
    [
        ("synthetic/person 01/03", (0, 2)),
        ("synthetic/person 120/24", (119, 23)),
        ("synthetic/person 00/01", None),
        ("synthetic/person 1/1/1", None),
        ("own/Ann/001 a.jpg", None),
        ("", None),
    ],
)
def test_a_synthetic_face_is_known_by_its_file(file, number):
    assert drawn_number(file) == number


def test_synthetic_faces_are_drawn_again_as_they_were():
    (face,) = draw_again(["synthetic/person 02/03"])
    assert (face == draw_face(1, 2)).all()
    with pytest.raises(ValueError, match="photograph"):
        draw_again(["synthetic/person 02/03", "Ann/1.jpg"])
