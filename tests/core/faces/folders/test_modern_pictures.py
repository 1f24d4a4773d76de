"""HEIC and AVIF: read as others are, with the same limits, their decoder taken in only when it is needed."""

import io
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import PictureError, load_faces, read_picture
from facenet_core.faces.photos import Look, look_at_photo
from facenet_core.faces.pictures import MOST_BYTES_AT_ONCE, read_upright
from facenet_core.picture_kinds import PICTURE_KINDS, kind_of

pillow_heif = pytest.importorskip("pillow_heif")
KINDS = ("heic", "avif")
ROOT = Path(__file__).parents[4]


@pytest.fixture(autouse=True, scope="module")
def _writes_heic() -> None:
    pillow_heif.register_heif_opener()


@pytest.mark.parametrize("ending", KINDS)
def test_they_are_read_as_others(ending: str, picture: Callable[..., Image.Image], tmp_path: Path) -> None:
    image = picture(3, (300, 400))
    image.save(tmp_path / f"a.{ending}")
    image.save(tmp_path / "a.png")
    expected = read_picture(tmp_path / "a.png").astype(int)
    for read in (
        read_picture(tmp_path / f"a.{ending}"),
        read_picture(io.BytesIO((tmp_path / f"a.{ending}").read_bytes())),
    ):
        assert np.abs(read - expected).mean() < 3
    with open(tmp_path / f"a.{ending}", "rb") as file:
        assert read_upright(file, name="a", longest=200).size == (150, 200)


@pytest.mark.parametrize("ending", KINDS)
def test_they_are_seen_among_own_photos_and_in_folders(
    ending: str, picture: Callable[..., Image.Image], tmp_path: Path
) -> None:
    for seed, name in enumerate(("Ann/1", "Ann/2", "Bob/1", "Bob/2")):
        (tmp_path / "people" / name).parent.mkdir(parents=True, exist_ok=True)
        picture(seed).save(tmp_path / "people" / f"{name}.{ending}")
    faces = load_faces("folder", path=tmp_path / "people", root=tmp_path / "sets")
    assert (len(faces), faces.skipped) == (4, ())
    assert isinstance(look_at_photo("1", (tmp_path / f"people/Ann/1.{ending}").read_bytes()), Look)


@pytest.mark.parametrize("ending", KINDS)
def test_too_many_megapixels_are_refused_before_they_are_decoded(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (5100, 5000)).save(tmp_path / f"big.{ending}", quality=1)
    monkeypatch.setattr(Image.Image, "load", None)
    with pytest.raises(PictureError, match="more than 25"):
        read_picture(tmp_path / f"big.{ending}")


def test_a_size_that_is_not_the_true_one_does_not_get_past(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (6016, 5000)).save(file, "HEIF", quality=1)
    true = struct.pack(">II", 6016, 5000)
    assert true in file.getvalue()
    (tmp_path / "lie.heic").write_bytes(file.getvalue().replace(true, struct.pack(">II", 100, 100)))
    with pytest.raises(PictureError):
        read_picture(tmp_path / "lie.heic")


@pytest.mark.parametrize("ending", KINDS)
def test_a_file_that_would_fill_the_memory_is_refused(
    ending: str, picture: Callable[..., Image.Image], tmp_path: Path
) -> None:
    path = tmp_path / f"large.{ending}"
    picture(1).save(path)
    with open(path, "r+b") as file:
        file.truncate(MOST_BYTES_AT_ONCE + 1)
    with pytest.raises(PictureError, match="100 MB, more than 100"):
        read_picture(path)


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_damaged_ones_are_said(ending: str, share: float, picture: Callable[..., Image.Image], tmp_path: Path) -> None:
    picture(1, (300, 300)).save(tmp_path / f"whole.{ending}")
    whole = (tmp_path / f"whole.{ending}").read_bytes()
    (tmp_path / f"cut.{ending}").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(PictureError, match="damaged"):
        read_picture(tmp_path / f"cut.{ending}")


def test_every_kind_is_known_by_its_first_bytes(picture: Callable[..., Image.Image], tmp_path: Path) -> None:
    for kind in PICTURE_KINDS:
        path = tmp_path / f"a{kind.endings[0]}"
        picture(2).save(path)
        assert kind_of(path.read_bytes()) == kind
        assert read_picture(path).shape == (110, 110, 3)
    for text in (b"", b"P5 is a name", b"BM or not", b"RIFF....WAVE", b"\0\0\0\x18ftypmp42", b"GIF"):
        assert kind_of(text) is None


def test_the_decoder_of_heic_is_taken_in_only_when_needed(picture: Callable[..., Image.Image], tmp_path: Path) -> None:
    picture(2).save(tmp_path / "a.png")
    picture(2).save(tmp_path / "a.heic")
    look = (
        "import sys; from facenet_core.faces import read_picture; read_picture(sys.argv[1]); "
        "print('pillow_heif' in sys.modules)"
    )
    for name, loaded in (("a.png", "False"), ("a.heic", "True")):
        told = subprocess.run(
            [sys.executable, "-c", look, str(tmp_path / name)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == loaded


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="it is a folder, not a picture; name one of the pictures in it"):
        read_picture(tmp_path)
