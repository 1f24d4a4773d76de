"""One reader of folders: the same people for every command and page, whatever lies beside their pictures."""

import os
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from facenet_core.faces import FacesError, SkippedPicture
from facenet_core.faces.folders.clutter import is_clutter
from facenet_core.faces.folders.listing import list_pictures
from facenet_core.faces.folders.people_folder import list_people_folder
from facenet_core.faces.folders.walk import DEEPEST
from facenet_core.faces.photos import Look, look_at_photo

MakeFolder = Callable[[dict[str, int]], Path]
YALE = ("centerlight", "glasses", "happy", "sad", "wink")
CLUTTER = (
    ".hidden",
    ".ipynb_checkpoints",
    "__MACOSX",
    "__pycache__",
    "Thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "Desktop.ini",
    ".DS_Store",
    "._01.png",
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "~$list.docx",
)


def reasons(folder: Path) -> dict[str, str]:
    return {skipped.file: skipped.reason for skipped in list_pictures(folder).skipped}


def test_a_link_to_a_persons_folder_is_a_person(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"A": 2, "B": 2, "away": 3})
    os.rename(folder / "away", tmp_path / "away")
    (folder / "C").symlink_to(tmp_path / "away")
    listing = list_people_folder(folder)
    assert listing.people == ["A", "B", "C"]
    assert len(listing) == 7
    assert listing.links_out == ["C"]
    assert listing.skipped == []


@pytest.mark.parametrize("target", [".", "..", "/", "Ann", "Ann/trip"])
def test_a_circle_is_said_and_left(make_folder: MakeFolder, target: str) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2, "Ann/trip": 1})
    (folder / "Ann/trip/round").symlink_to(target if target == "/" else folder / target)
    listing = list_people_folder(folder)
    assert len(listing) == 5
    assert reasons(folder) == {"Ann/trip/round/": "it is a link that leads in a circle"}


def test_a_link_to_itself_takes_nobody_along(make_folder: MakeFolder) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    for name in ("Ann/self", "self.png"):
        (folder / name).symlink_to(folder / name)
    assert len(list_people_folder(folder)) == 4
    assert reasons(folder) == dict.fromkeys(("Ann/self", "self.png"), "it is a link that leads nowhere")


def test_what_two_links_lead_to_counts_once_and_where_it_lies(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Zoe": 2, "Bob": 2, "away": 2, "away/inner": 1})
    os.rename(folder / "away", tmp_path / "away")
    for name, target in {"Ann": folder / "Zoe", "C": tmp_path / "away/inner", "D": tmp_path / "away"}.items():
        (folder / name).symlink_to(target)
    (folder / "Bob/again.png").symlink_to(folder / "Bob/00.png")
    listing = list_people_folder(folder)
    assert [(file.person, file.file) for file in listing.files] == [
        ("Bob", "Bob/00.png"),
        ("Bob", "Bob/01.png"),
        ("C", "C/00.png"),
        ("D", "D/00.png"),
        ("D", "D/01.png"),
        ("Zoe", "Zoe/00.png"),
        ("Zoe", "Zoe/01.png"),
    ]
    again = "it is a link to pictures that are counted already"
    assert reasons(folder) == {"Ann/": again, "Bob/again.png": again, "D/inner/": again}


def test_a_link_to_a_link_comes_after_it(make_folder: MakeFolder, tmp_path: Path) -> None:
    real = make_folder({"s1": 2, "s2": 2})
    linked = tmp_path / "linked"
    linked.mkdir()
    for name in ("s1", "s2"):
        (linked / name).symlink_to(real / name)
    (linked / "again").symlink_to("s1")
    assert list_people_folder(linked).people == ["s1", "s2"]
    assert list(reasons(linked)) == ["again/"]


def test_links_to_pictures_elsewhere_are_followed_and_counted(make_folder: MakeFolder, tmp_path: Path) -> None:
    real = make_folder({"Ann": 2, "Bob": 2})
    linked = tmp_path / "linked"
    for file in real.glob("*/*"):
        (linked / file.parent.name).mkdir(parents=True, exist_ok=True)
        (linked / file.parent.name / file.name).symlink_to(file)
    (linked / "Bob/gone.png").symlink_to(tmp_path / "nothing")
    listing = list_people_folder(linked)
    assert [file.file for file in listing.files] == [file.file for file in list_people_folder(real).files]
    assert len(listing.links_out) == 4
    assert reasons(linked) == {"Bob/gone.png": "it is a link that leads nowhere"}


@pytest.mark.parametrize("name", CLUTTER)
def test_what_systems_leave_behind_is_passed_over(make_folder: MakeFolder, name: str) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    before = list_people_folder(folder).stamp()
    assert is_clutter(name)
    for place in (folder / name, folder / "Ann" / name):
        if "." in name[1:]:
            shutil.copy(folder / "Bob/00.png", place)
        else:
            place.mkdir()
            shutil.copy(folder / "Bob/00.png", place / "00.png")
    assert list_people_folder(folder).stamp() == before


@pytest.mark.parametrize("name", ["Ann", "recycle", "Icon", "thumbs", "~", "MACOSX", "eaDir"])
def test_people_are_not_passed_over(name: str) -> None:
    assert not is_clutter(name)


def test_a_name_counts_once_however_its_accents_are_stored(make_folder: MakeFolder) -> None:
    composed, decomposed = unicodedata.normalize("NFC", "José"), unicodedata.normalize("NFD", "José")
    folder = make_folder({composed: 3, "Bob": 2, decomposed: 3})
    listing = list_people_folder(folder)
    assert listing.people == ["Bob", composed]
    assert len(listing) == 8
    assert len({file.path for file in listing.files}) == 8


def test_pictures_deeper_down_are_the_persons(make_folder: MakeFolder) -> None:
    folder = make_folder({"Ann": 1, "Ann/2019/summer": 2, "Bob/trip": 2, "Bob/home": 1})
    files = [(file.person, file.file) for file in list_people_folder(folder).files]
    assert files[:2] == [("Ann", "Ann/00.png"), ("Ann", "Ann/2019/summer/00.png")]
    assert [person for person, _ in files] == ["Ann"] * 3 + ["Bob"] * 3


def test_folders_without_end_are_said(make_folder: MakeFolder) -> None:
    deep = "/".join(["Ann", *"x" * (DEEPEST + 1)])
    folder = make_folder({"Ann": 1, "Bob": 1, deep: 1})
    assert len(list_people_folder(folder)) == 2
    assert reasons(folder) == {f"{deep}/": f"it lies more than {DEEPEST} folders below the person's"}


def yale(folder: Path, picture: Callable[..., Image.Image], *, flat: bool = True) -> Path:
    for person in range(1, 4):
        for number, kind in enumerate(YALE):
            name = f"subject{person:02}.{kind}" if flat else f"subject{person:02}/subject{person:02}.{kind}"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            picture(10 * person + number).convert("P").save(folder / name, "GIF")
    (folder / "Readme.txt").write_text("faces")
    return folder


def test_the_content_says_what_an_unknown_ending_does_not(picture: Callable[..., Image.Image], tmp_path: Path) -> None:
    folder = yale(tmp_path / "yale", picture, flat=False)
    (folder / "subject01/notes.LOG").write_text("P5 is no picture")
    (folder / "subject02/notes.log").write_bytes(b"")
    (folder / "subject02/broken.bad").write_bytes(b"GIF")
    listing = list_people_folder(folder)
    assert len(listing) == 15
    assert listing.people == ["subject01", "subject02", "subject03"]
    assert listing.kinds == {".txt": 1, ".log": 2, ".bad": 1}


def test_kinds_of_picture_that_are_not_read_are_said(
    make_folder: MakeFolder, picture: Callable[..., Image.Image]
) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    picture(9).save(folder / "Ann/raw.dng", "TIFF")  # begins as raw pictures do
    (folder / "Ann/drawn.svg").write_text("<svg/>")
    picture(8).save(folder / "Bob/in truth.tga", "JPEG")
    listing = list_people_folder(folder)
    assert [file.file for file in listing.files if file.person == "Bob"][-1] == "Bob/in truth.tga"
    said = "this kind of picture is not read here; save it as JPEG or PNG"
    assert reasons(folder) == {"Ann/raw.dng": said, "Ann/drawn.svg": said}
    assert listing.kinds == {}
    for file, kind in {"Ann/raw.dng": SkippedPicture, "Bob/in truth.tga": Look}.items():
        assert isinstance(look_at_photo(file, (folder / file).read_bytes()), kind)  # alike among own photos


def test_a_flat_folder_offers_the_names_and_takes_them(picture: Callable[..., Image.Image], tmp_path: Path) -> None:
    folder = yale(tmp_path / "yale", picture)
    with pytest.raises(FacesError, match=r"subject01\.centerlight shows subject01; 3 people in all\): --people-from-n"):
        list_people_folder(folder)
    listing = list_people_folder(folder, people_from_names=True)
    assert listing.people == ["subject01", "subject02", "subject03"]
    assert len(listing) == 15


def test_names_that_tell_nobody_are_not_offered(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"": 5})
    with pytest.raises(FacesError, match=r"sub-folder of their own$"):
        list_people_folder(folder)
    with pytest.raises(FacesError, match="do not say whose they are"):
        list_people_folder(folder, people_from_names=True)


@pytest.mark.parametrize(
    ("people", "named"),
    [
        ({"train/Ann": 2, "train/Bob": 2, "test/Ann": 1, "test/Bob": 1}, ["test", "train"]),
        ({"data/Ann": 2, "data/Bob": 2}, ["data"]),
        ({"faces 94/data/train/Ann": 2, "faces 94/data/train/Bob": 2}, ["faces 94/data/train"]),
        ({"data/val/Ann": 1, "data/val/Bob": 1, "data/train/Ann": 1, "data/train/Cat": 1}, ["data/train", "data/val"]),
    ],
)
def test_the_folder_that_would_work_is_named(make_folder: MakeFolder, people: dict[str, int], named: list[str]) -> None:
    folder = make_folder(people)
    (folder / "README.md").write_text("a set")
    with pytest.raises(FacesError, match="not directly in") as caught:
        list_people_folder(folder)
    assert ", ".join(str(folder / name) for name in named) in str(caught.value)
    for name in named:
        assert len(list_people_folder(folder / name).people) > 1


def test_parts_of_a_set_that_are_not_sorted_by_person_offer_the_names(
    picture: Callable[..., Image.Image], tmp_path: Path
) -> None:
    for seed, name in enumerate(("train/1-01", "train/1-02", "train/2-01", "test/2-02", "test/1-03")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        picture(seed).save(tmp_path / f"{name}.png")
    with pytest.raises(FacesError, match=r"\(test, train\) are called like parts of a set.*--people-from-names"):
        list_people_folder(tmp_path)
    assert list_people_folder(tmp_path, people_from_names=True).people == ["1", "2"]


def test_pictures_beside_the_people_are_said(make_folder: MakeFolder) -> None:
    folder = make_folder({"": 1, "Ann": 2, "Bob": 2})
    listing = list_people_folder(folder)
    assert len(listing) == 4
    assert [skipped.file for skipped in listing.skipped] == ["00.png"]
    assert len(list_pictures(folder)) == 5


def test_a_pipe_is_not_waited_for(make_folder: MakeFolder) -> None:
    folder = make_folder({"Ann": 2, "Bob": 2})
    os.mkfifo(folder / "Ann/pipe.png")
    os.mkfifo(folder / "Ann/pipe")
    assert set(reasons(folder)) == {"Ann/pipe.png", "Ann/pipe"}
