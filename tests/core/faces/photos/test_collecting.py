"""A ZIP, a folder on this machine and a source read the same people from the same files."""

import io
import os
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces.folders.people_folder import list_people_folder
from facenet_core.faces.photos import Entry, Upload, collect, list_folder, look_at_photo
from facenet_core.faces.photos.album import Album
from facenet_core.faces.photos.collecting import Collected
from facenet_core.faces.photos.looking import Look
from facenet_core.faces.photos.reading import Seen

DECOMPOSED = unicodedata.normalize("NFD", "José")
FILES = (
    "Ann/1.png",
    "Ann/trip/2.png",
    "Ann/.ipynb_checkpoints/1.png",
    "Ann/._1.png",
    "José/1.png",
    f"{DECOMPOSED}/2.png",
    "Bob/bob.happy",
    "Bob/Thumbs.db",
    "Bob/@eaDir/1.png",
    "__MACOSX/Ann/1.png",
    ".hidden/1.png",
    "desktop.ini",
)
PEOPLE = {"Ann": 2, "José": 2, "Bob": 1}


def png(seed: int = 0) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (60, 60, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def counts(collected: list[Collected]) -> dict[str, int]:
    people = [entry.person for entry in collected if isinstance(entry, Entry)]
    return {person: people.count(person) for person in people}


def packed(names: tuple[str, ...]) -> list[Collected]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, png())
    return collect([Upload("class.zip", file)])


def written(folder: Path, names: tuple[str, ...]) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png())
    return folder


def test_a_zip_a_folder_and_a_source_have_the_same_people(tmp_path: Path) -> None:
    folder = written(tmp_path / "class", FILES)
    source = [file.person for file in list_people_folder(folder).files]
    assert {person: source.count(person) for person in source} == PEOPLE
    assert counts(list_folder(folder)) == PEOPLE
    assert counts(packed(FILES)) == PEOPLE
    assert counts(packed(tuple(f"my class/{name}" for name in FILES))) == PEOPLE


def test_parts_of_a_set_are_nobody(tmp_path: Path) -> None:
    parts = ("train/Ann/1.png", "train/Bob/1.png", "test/Ann/2.png", "README.txt")
    assert counts(packed(parts)) == {"Ann": 2, "Bob": 1, "": 1}
    assert counts(list_folder(written(tmp_path / "set", parts[:3]))) == {"Ann": 2, "Bob": 1}


def test_what_a_folder_on_this_machine_holds_besides_is_said(tmp_path: Path) -> None:
    folder = written(tmp_path / "class", ("Ann/1.png", "Bob/1.png"))
    (folder / "Ann/notes.txt").write_text("no picture")
    (folder / "Ann/gone.png").symlink_to(tmp_path / "nothing")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.png")
    said = {one.file: one.reason for one in list_folder(folder) if not isinstance(one, Entry)}
    assert said == {
        "1 .txt": "no pictures",
        "Ann/gone.png": "it is a link that leads nowhere",
        "round/": "it is a link that leads in a circle",
        "pipe.png": "it is not an ordinary file",
    }


@pytest.mark.parametrize("ending", ["heic", "avif"])
def test_modern_pictures_come_in_a_zip(ending: str, tmp_path: Path) -> None:
    pytest.importorskip("pillow_heif").register_heif_opener()
    picture = io.BytesIO()
    Image.open(io.BytesIO(png())).save(picture, ending.replace("heic", "heif"))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"Ann/1.{ending}", picture.getvalue())
    (entry,) = collect([Upload("class.zip", file)])
    assert isinstance(entry, Entry)
    assert isinstance(look_at_photo(entry.name, entry.read()), Look)


def test_photos_are_named_by_their_files_where_those_say_whose_they_are() -> None:
    album = Album()
    for entry in packed(("1-01.png", "1-02.png", "2-01.png", "2-02.png", "Zoe/2-03.png")):
        assert isinstance(entry, Entry)
        look = look_at_photo(entry.name, entry.read())
        assert isinstance(look, Look)
        album.add(Seen(entry, look))
    assert sorted(album.named_by_files().values()) == ["1", "1", "2", "2"]
    assert album.name_by_files() == 4
    assert [photo.person for photo in album.photos] == ["1", "1", "2", "2", "Zoe"]
    assert album.named_by_files() == {}
