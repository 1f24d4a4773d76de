"""Synthetic people as a set: always the same one, with its factors, hard to tell apart by colour or pixels alone."""

from pathlib import Path

import numpy as np
import pytest

from facenet_core.evaluation import raw_pixel_accuracy
from facenet_core.faces import FacesError, FaceSet, load_faces, open_faces, split_faces, synthetic
from facenet_core.faces.heads import CONDITION_FACTORS, IDENTITY_FACTORS, conditions_of, identity_of, render
from facenet_core.faces.synthetic import draw_face, draw_set, factor_row, person_and_picture

PEOPLE, IMAGES = 24, 6


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> FaceSet:
    return draw_set(people=PEOPLE, images=IMAGES, root=tmp_path_factory.mktemp("sets"))


def test_a_face_is_decided_by_its_numbers() -> None:
    face = draw_face(3, 5)
    assert (face == draw_face(3, 5)).all()
    for other in (draw_face(3, 6), draw_face(4, 5), draw_face(3, 5, seed=1)):
        assert np.abs(face.astype(int) - other).mean() > 5


def test_more_is_drawn_than_is_trained_on(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    faces = load_faces("synthetic", people=2, images=3, root=tmp_path, progress=lambda *tell: told.append(tell))
    assert faces.counts.tolist() == [7] * 22
    assert faces.files[0] == "synthetic/person 01/01"
    assert (faces.images[8] == draw_face(1, 1)).all()
    assert told[-1] == (154, 154, "pictures drawn")
    split = split_faces(faces, people=2, images=3)
    assert (len(split.seen), len(split.held_out), len(split.unseen)) == (6, 8, 140)
    assert split.notes == ()


def test_a_set_is_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = draw_set(people=3, images=2, root=tmp_path)
    monkeypatch.setattr("facenet_core.faces.synthetic.render", None)
    again = draw_set(people=3, images=2, root=tmp_path)
    assert again.fingerprint == first.fingerprint
    assert again.factors().keys() == first.factors().keys()


def test_sets_of_another_version_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "DRAWING", 1)
    monkeypatch.setattr(synthetic, "render", lambda *_: np.zeros((110, 110, 3), dtype=np.uint8))
    flat = draw_set(people=2, images=2, root=tmp_path)
    monkeypatch.undo()
    assert draw_set(people=2, images=2, root=tmp_path).fingerprint != flat.fingerprint
    assert open_faces(flat.fingerprint, tmp_path).images.max() == 0  # runs that were made with it still find it


def test_a_failure_in_the_middle_leaves_what_was_drawn_to_the_next(tmp_path: Path) -> None:
    def stop(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_set(people=8, images=4, root=tmp_path, progress=stop)
    assert [path.name.split("-")[0] for path in tmp_path.iterdir()] == [".growing"]
    faces = draw_set(people=8, images=4, root=tmp_path, progress=None)
    assert faces.folder.is_dir()
    assert not list(tmp_path.glob(".growing*"))


def test_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacesError, match="leave the path out"):
        load_faces("synthetic", path=tmp_path, root=tmp_path)


def test_every_picture_carries_its_factors(crowd: FaceSet) -> None:
    assert crowd.factor_names == tuple(factor.name for factor in (*IDENTITY_FACTORS, *CONDITION_FACTORS))
    factors = crowd.factors()
    assert all(column.shape == (len(crowd),) and column.dtype == np.float32 for column in factors.values())
    for name in (factor.name for factor in IDENTITY_FACTORS):  # who it is stays over a person's pictures
        assert np.ptp(factors[name].reshape(PEOPLE, IMAGES), axis=1).max() == 0
    assert np.ptp(factors["yaw"].reshape(PEOPLE, IMAGES), axis=1).min() > 1
    place = 3 * IMAGES + 2
    assert factors["yaw"][place] == pytest.approx(conditions_of(0, 3, 2).yaw)
    assert crowd.factors(["skin_tone"])["skin_tone"][place] == pytest.approx(identity_of(0, 3).skin_tone)


def test_a_picture_is_made_again_from_its_stored_factors(crowd: FaceSet) -> None:
    factors = crowd.factors()
    for place in range(0, len(crowd), 9):
        row = {name: float(column[place]) for name, column in factors.items()}
        assert (render(*person_and_picture(row)) == crowd.images[place]).all()


def test_factors_go_to_numbers_and_back() -> None:
    identity, conditions = identity_of(0, 11), conditions_of(0, 11, 4)
    assert person_and_picture(factor_row(identity, conditions)) == (identity, conditions)


def test_a_factor_that_is_not_known(crowd: FaceSet, set_of) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KeyError, match="knows no factor shoe_size"):
        crowd.factors(["yaw", "shoe_size"])
    photographs = set_of({"Ann": 2, "Bob": 2})
    assert photographs.factors() == {}
    with pytest.raises(KeyError, match="it knows none"):
        photographs.factors(["yaw"])


def test_damaged_factors_are_said_and_made_anew(tmp_path: Path) -> None:
    faces = draw_set(people=2, images=2, root=tmp_path)
    stored = faces.folder / "factors.npz"
    whole = stored.read_bytes()
    for damaged in (b"", whole[:100], whole[: len(whole) // 2], b"x" * len(whole)):
        stored.write_bytes(damaged)
        with pytest.raises(FacesError, match="are damaged"):
            faces.factors()
    stored.unlink()
    with pytest.raises(FacesError, match="are damaged"):
        open_faces(faces.fingerprint, tmp_path)
    assert draw_set(people=2, images=2, root=tmp_path).factors(["yaw"])["yaw"].shape == (4,)


def test_raw_pixels_hardly_tell_people_apart(crowd: FaceSet) -> None:
    accuracy = raw_pixel_accuracy(crowd.images, crowd.people)
    assert accuracy is not None
    assert 0.52 < accuracy < 0.74  # few people: measured with 30 others in docs/benchmarks.md


def test_colours_and_background_hardly_tell_people_apart(crowd: FaceSet) -> None:
    """The person with the nearest mean in mean colour, spread and corners, learned from 4 pictures of each."""
    pictures = crowd.images / np.float32(255)
    corners = pictures[:, :20, [*range(20), *range(90, 110)]]
    told = np.concatenate(
        [part(axis=(1, 2)) for part in (pictures.mean, pictures.std, corners.mean, corners.std)], axis=1
    ).reshape(PEOPLE, IMAGES, -1)
    told = (told - told.mean(axis=(0, 1))) / told.std(axis=(0, 1))
    means = told[:, :4].mean(axis=1)
    nearest = ((told[:, 4:, None] - means) ** 2).sum(axis=-1).argmin(axis=-1)
    right = (nearest == np.arange(PEOPLE)[:, None]).mean()
    assert right < 0.25  # guessing gives 0.04
