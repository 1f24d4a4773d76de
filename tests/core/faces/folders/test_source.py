"""One sub-folder per person becomes a set; what can't be used is named, and never crashes."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.config import FacesConfig
from facenet_core.faces import FacesError, FaceSet, load_faces, open_faces, prepare, read_picture
from facenet_core.faces.folders.reading_notes import reading_notes

MakeFolder = Callable[[dict[str, int]], Path]


def load(folder: Path | str, root: Path) -> FaceSet:
    return load_faces("folder", path=folder, root=root)


def test_people_and_pictures_are_sorted(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Zoe": 2, "Ann": 3})
    faces = load(folder, tmp_path / "sets")
    assert faces.names == ("Ann", "Zoe")
    assert faces.files == ("Ann/00.png", "Ann/01.png", "Ann/02.png", "Zoe/00.png", "Zoe/01.png")
    assert faces.people.tolist() == [0, 0, 0, 1, 1]
    assert faces.people.dtype == np.int32
    assert faces.counts.tolist() == [3, 2]
    assert faces.source == "folder"
    assert isinstance(faces.images, np.memmap)
    for index, file in enumerate(faces.files):
        assert (faces.images[index] == read_picture(folder / file)).all()


def test_reading_keeps_the_order_asked_for(make_folder: MakeFolder, tmp_path: Path) -> None:
    faces = load(make_folder({"Ann": 3, "Zoe": 2}), tmp_path / "sets")
    read = faces.read([4, 0, 4])
    assert (read == np.asarray(faces.images)[[4, 0, 4]]).all()
    read[:] = 0  # a copy
    assert faces.images[4].any()
    assert faces.read([]).shape == (0, 110, 110, 3)
    with pytest.raises(IndexError, match=r"0\.\.4"):
        faces.read([5])


def test_a_set_that_was_deleted_or_cut_meanwhile_says_so(make_folder: MakeFolder, tmp_path: Path) -> None:
    faces = load(make_folder({"Ann": 3, "Bob": 2}), tmp_path / "sets")
    os.truncate(faces.folder / "images.npy", 40_000)
    with pytest.raises(FacesError, match="cut off"):
        faces.read([4])
    shutil.rmtree(faces.folder)
    with pytest.raises(FacesError, match="deleted"):
        faces.read([0])


@pytest.mark.parametrize("name", ["Ann Lee", "Zoë Müller", "王小明", "<script>alert(1)", "a'b\"c"])
def test_any_name_will_do(make_folder: MakeFolder, tmp_path: Path, name: str) -> None:
    faces = load(make_folder({name: 2, "Bob": 2}), tmp_path / "sets")
    assert name in faces.names
    assert load(tmp_path / "people", tmp_path / "sets").names == faces.names


def test_a_name_that_is_no_text_still_loads(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    try:
        os.rename(folder / "Bob", os.fsencode(folder) + b"/B\xe9b")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    faces = load(folder, tmp_path / "sets")
    assert len(faces) == 4
    assert faces.names == ("Ann", "B\\udce9b")


def test_unusable_pictures_are_skipped_with_a_reason(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2, "Cut": 1})
    (folder / "Ann/empty.jpg").write_bytes(b"")
    (folder / "Ann/text.jpg").write_text("no picture")
    (folder / "Bob/phone.heic").write_bytes(b"1234")
    whole = (folder / "Cut/00.png").read_bytes()
    (folder / "Cut/00.png").write_bytes(whole[: len(whole) // 2])
    Image.new("1", (5100, 5000)).save(folder / "Bob/huge.png")
    faces = load(folder, tmp_path / "sets")
    assert faces.names == ("Ann", "Bob")  # nobody without a readable picture
    assert len(faces) == 4
    reasons = {skipped.file: skipped.reason for skipped in faces.skipped}
    assert set(reasons) == {"Ann/empty.jpg", "Ann/text.jpg", "Bob/phone.heic", "Bob/huge.png", "Cut/00.png"}
    assert reasons["Ann/empty.jpg"] == "the file is empty"
    assert "25.5 megapixels" in reasons["Bob/huge.png"]
    assert load(folder, tmp_path / "sets").skipped == faces.skipped  # kept with the set


def test_what_is_no_picture_is_ignored(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    for name in (".hidden.png", "Ann/.DS_Store", "Ann/notes.txt", "Bob/Thumbs.db"):
        (folder / name).write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / "__MACOSX").mkdir()
    faces = load(folder, tmp_path / "sets")
    assert len(faces) == 4
    assert faces.skipped == ()


def test_a_link_to_nowhere_is_skipped(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    (folder / "Ann/gone.png").symlink_to(tmp_path / "nothing.png")
    assert [skipped.file for skipped in load(folder, tmp_path / "sets").skipped] == ["Ann/gone.png"]


def test_folders_that_are_no_set_say_what_to_do(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2})
    empty, loose, deep = tmp_path / "empty", tmp_path / "loose", tmp_path / "deep"
    for made in (empty, loose, deep / "one"):
        made.mkdir(parents=True)
    shutil.copytree(folder, deep / "one/two")
    shutil.copy(folder / "Ann/00.png", loose / "a.png")
    wrong = {
        tmp_path / "missing": "There is no folder",
        folder / "Ann/00.png": "is a file",
        empty: "is empty",
        loose: "no sub-folders with pictures",
        deep: "whose sub-folders hold each person's pictures",
        folder: "one person only, Ann",
    }
    for path, words in wrong.items():
        with pytest.raises(FacesError, match=words) as caught:
            load(path, tmp_path / "sets")
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "sets").exists()


def test_a_path_is_needed(tmp_path: Path) -> None:
    with pytest.raises(FacesError, match="needs a path"):
        load_faces("folder", root=tmp_path)


def test_one_readable_person_is_not_enough(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 1})
    (folder / "Bob/00.png").write_bytes(b"")
    with pytest.raises(FacesError, match="one person only, Ann"):
        load(folder, tmp_path / "sets")
    for file in folder.glob("*/*"):
        file.write_bytes(b"")
    with pytest.raises(FacesError, match="no picture that can be used"):
        load(folder, tmp_path / "sets")
    assert list((tmp_path / "sets").iterdir()) == []


def test_a_cached_set_is_opened_without_reading_pictures(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    first = load(folder, tmp_path / "sets")
    monkeypatch.setattr("facenet_core.faces.folders.source.read_with_size", None)
    again = load(folder, tmp_path / "sets")
    assert again.fingerprint == first.fingerprint
    assert (again.images == first.images).all()


def test_a_changed_folder_is_prepared_anew(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 3, "Bob": 2})
    first = load(folder, tmp_path / "sets")
    (folder / "Ann/02.png").unlink()
    second = load(folder, tmp_path / "sets")
    assert len(second) == 4
    assert second.fingerprint != first.fingerprint


def test_the_fingerprint_is_of_the_content_not_the_place(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, copy)
    assert load(folder, tmp_path / "sets").fingerprint == load(copy, tmp_path / "other sets").fingerprint
    os.rename(copy / "Ann", copy / "Eve")
    assert load(folder, tmp_path / "sets").fingerprint != load(copy, tmp_path / "sets").fingerprint


def test_progress_counts_up_to_all(make_folder: MakeFolder, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    load_faces(
        "folder", path=make_folder({"Ann": 40, "Bob": 30}), root=tmp_path / "s", progress=lambda *t: told.append(t)
    )
    assert [done for done, _, _ in told] == [32, 64, 70]
    assert told[-1] == (70, 70, "pictures read")


def test_a_runs_configuration_names_its_set(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    faces = prepare(FacesConfig(source="folder", path=str(folder)), root=tmp_path / "sets")
    assert faces.names == ("Ann", "Bob")


def test_an_unknown_source_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="synthetic, folder, photos, lfw, olivetti"):
        load_faces("nothing", root=tmp_path)


def test_what_was_left_out_is_kept_with_the_set_and_said(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 4, "Bob": 4})
    before = load(folder, tmp_path / "sets")
    assert reading_notes(before) == []
    (folder / "Ann/broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    (folder / "Ann/empty.png").write_bytes(b"")
    (folder / "Bob/gone.png").symlink_to(tmp_path / "nothing.png")
    for name in ("Ann/a.bad", "Bob/b.bad", "Bob/b.LOG", "README"):
        (folder / name).write_bytes(b"0")
    faces = load(folder, tmp_path / "sets")
    assert faces.fingerprint == before.fingerprint  # the same faces, and the news beside them
    assert [skipped.file for skipped in faces.skipped] == ["Ann/broken.jpg", "Ann/empty.png", "Bob/gone.png"]
    assert faces.kinds == {".bad": 2, ".log": 1, "": 1}
    first, second = reading_notes(faces)
    assert first.startswith("3 left out: Ann/broken.jpg (it is damaged or cut off; ")
    assert first.endswith("Ann/empty.png (the file is empty), Bob/gone.png (it is a link that leads nowhere).")
    assert second == "Other files, no pictures: 2 .bad, 1 without an ending, 1 .log."


def test_pictures_unlike_the_rest_are_taken_and_said(
    make_folder: MakeFolder, tmp_path: Path, picture: Callable[..., Image.Image]
) -> None:
    folder = make_folder({"Ann": 5, "Bob": 5})
    picture(99, (640, 480)).save(folder / "Bob/room.png")
    faces = load(folder, tmp_path / "sets")
    assert len(faces) == 11
    assert [(one.file, one.reason) for one in faces.unlike] == [
        ("Bob/room.png", "640 x 480 pixels; most have about 120 x 120")
    ]
    assert reading_notes(faces) == [
        "Taken though unlike the rest in size or shape: 1 of 11 pictures, such as Bob/room.png (640 x 480 pixels; most "
        "have about 120 x 120). Look whether faces are on them."
    ]


def test_links_out_and_folders_of_a_person_are_said(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann/2019": 2, "Ann/2020": 2, "Bob": 2, "away": 2})
    os.rename(folder / "away", tmp_path / "away")
    (folder / "C").symlink_to(tmp_path / "away")
    assert reading_notes(load(folder, tmp_path / "sets")) == [
        "1 link leads out of the folder and was followed: C.",
        "All pictures of Ann lie in several folders of that folder and count as one person each.",
    ]


def test_a_set_prepared_before_there_were_such_notes_opens(make_folder: MakeFolder, tmp_path: Path) -> None:
    faces = load(make_folder({"Ann": 2, "Bob": 2}), tmp_path / "sets")
    about = json.loads((faces.folder / "about.json").read_text())
    for name in ("kinds", "unlike", "notes"):
        del about[name]
    (faces.folder / "about.json").write_text(json.dumps(about))
    again = open_faces(faces.fingerprint, root=tmp_path / "sets")
    assert (again.kinds, again.unlike, again.notes) == ({}, (), ())


def test_people_from_names_are_part_of_the_wish(
    make_folder: MakeFolder, tmp_path: Path, picture: Callable[..., Image.Image]
) -> None:
    folder = make_folder({"": 0})
    for seed, name in enumerate(("ann_1", "ann_2", "bob_1", "bob_2")):
        picture(seed).save(folder / f"{name}.png")
    wanted = FacesConfig(source="folder", path=str(folder), people_from_names=True)
    assert prepare(wanted, root=tmp_path / "sets").names == ("ann", "bob")
    with pytest.raises(FacesError, match="--people-from-names"):
        load(folder, tmp_path / "sets")
    with pytest.raises(ValueError, match="people_from_names is for a folder"):
        load_faces("synthetic", people_from_names=True, root=tmp_path / "sets")
