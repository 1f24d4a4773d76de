"""More than 500 odd and hostile files: none crashes or writes anything, each gets a line, good ones go on."""

import io
import os
import random
import struct
import warnings
import zipfile
import zlib
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from facenet_core.faces import SkippedPicture
from facenet_core.faces.photos import Reading, Upload, collect

GOOD = "good"  # in the name of every file that has to be read
BAD = "bad"  # in the name of every file that has to be refused


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 50), seed: int = 0) -> Image.Image:
    cells = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC).convert(mode)


def saved(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (image or picture()).save(file, kind, **options)
    return file.getvalue()


def png_of(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    """A PNG whose header promises more than follows."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    packed = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two files of one name
        with zipfile.ZipFile(file, "w", method) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    return file.getvalue()


WRONG = ("jpg", "txt", "exe", "html")
KINDS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "PPM", "TIFF")


def truncated() -> dict[str, bytes]:
    """Every kind cut at sixteen places and with bits turned at sixteen."""
    files = {}
    chance = random.Random(1)
    for kind in KINDS:
        whole = saved(kind)
        for part in range(16):
            files[f"cut {kind} {part}.{kind.lower()}"] = whole[: len(whole) * part // 16]
        for part in range(16):
            broken = bytearray(whole)
            for _ in range(1 + part):
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
            files[f"bits {kind} {part}.{kind.lower()}"] = bytes(broken)
    return files


def disguised() -> dict[str, bytes]:
    """The right content under a wrong name is read, the wrong content under a right name is not."""
    files = {
        f"{GOOD} {kind} as {wrong}.{wrong}": saved(kind) for kind in KINDS for wrong in ("jpg", "txt", "exe", "html")
    }
    words = {
        "text": b"no picture at all\n" * 40,
        "html": b"<script>alert(1)</script>",
        "zeros": bytes(5000),
        "empty": b"",
    }
    words |= {
        "pdf": b"%PDF-1.7\n" + bytes(900),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "elf": b"\x7fELF" * 99,
    }
    words |= {f"noise {n}": random.Random(n).randbytes(3000) for n in range(40)}
    for word, content in words.items():
        files |= {f"{BAD} {word}.{ending}": content for ending in ("jpg", "png")}
    return files


def sizes() -> dict[str, bytes]:
    """Headers that promise what no machine should unpack, and sides of 30,000 pixels that are nearly nothing."""
    sides = [(30_000, 30_000), (30_000, 900), (900, 30_000), (65_000, 65_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1)]
    files = {f"{BAD} {w}x{h} {bits}.png": png_of(w, h, bits) for w, h in sides for bits in (8, 16)}
    files[f"{GOOD} long.png"] = saved("PNG", Image.new("L", (30_000, 3)))
    files[f"{GOOD} high.png"] = saved("PNG", Image.new("1", (2, 30_000)))
    files[f"{GOOD} one pixel.png"] = saved("PNG", Image.new("RGB", (1, 1)))
    files[f"{BAD} no width.png"] = png_of(0, 10)
    bmp = bytearray(saved("BMP"))
    bmp[18:26] = struct.pack("<ii", 60_000, 60_000)
    files[f"{BAD} large.bmp"] = bytes(bmp)
    files[f"{BAD} large.pgm"] = b"P5 50000 50000 255\n" + bytes(100)
    gif = bytearray(saved("GIF"))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    files[f"{BAD} large.gif"] = bytes(gif)
    return files


def modes() -> dict[str, bytes]:
    """Everything that is a picture, though an odd one."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    deep = (np.arange(60 * 50).reshape(50, 60) * 20).astype(np.uint16)
    frames = [picture(seed=n) for n in range(3)]
    files = {
        "cmyk.jpg": saved("JPEG", picture("CMYK"), icc_profile=profile),
        "cmyk odd profile.jpg": saved("JPEG", picture("CMYK"), icc_profile=b"nonsense" * 9),
        "deep.png": saved("PNG", Image.fromarray(deep)),
        "deep.tiff": saved("TIFF", Image.fromarray(deep)),
        "float.tiff": saved("TIFF", Image.fromarray(deep.astype(np.float32) / 60_000)),
        "palette.png": saved("PNG", picture().quantize(7)),
        "bits.png": saved("PNG", picture("1")),
        "progressive.jpg": saved("JPEG", progressive=True),
        "clear.webp": saved("WEBP", picture("RGBA")),
        "cmyk.tiff": saved("TIFF", picture("CMYK")),
        "lab.tiff": saved("TIFF", picture("LAB")),
    }
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        files[f"moving.{kind.lower()}"] = saved(kind, frames[0], save_all=True, append_images=frames[1:])
    return {f"{GOOD} {name}": content for name, content in files.items()}


def exif() -> dict[str, bytes]:
    """Every orientation, and notes that are garbage."""
    files = {}
    for orientation in (*range(0, 12), 255, 65_535):
        notes = Image.Exif()
        notes[0x0112] = orientation
        files[f"{GOOD} turned {orientation}.jpg"] = saved("JPEG", exif=notes)
        files[f"{GOOD} turned {orientation}.png"] = saved("PNG", exif=notes)
    for number in range(40):
        garbage = b"Exif\0\0" + random.Random(number).randbytes(number * 9)
        files[f"{GOOD} garbage {number}.jpg"] = saved("JPEG", exif=garbage)
    return files


def archives() -> dict[str, bytes]:
    """ZIPs with something wrong in each; a good photo beside it has to come through where the list can be read."""
    photo = saved("JPEG")
    out = [
        "../x.jpg",
        "a/../../x.jpg",
        "/etc/x.jpg",
        "\\x.jpg",
        "..\\..\\x.jpg",
        "C:\\x.jpg",
        "c:x.jpg",
        "a\\..\\..\\x.jpg",
    ]
    files = {f"out {n}.zip": {name: photo, f"p/{GOOD}.jpg": photo} for n, name in enumerate(out)}
    inner = packed({"a.jpg": photo})
    files["nested.zip"] = {"inner.zip": inner, "inner.7z": inner, f"p/{GOOD}.jpg": photo}
    files["nested disguised.zip"] = {"inner.jpg": inner, f"p/{GOOD}.jpg": photo}
    files["bomb.zip"] = {"bomb.jpg": bytes(60_000_000), f"p/{GOOD}.jpg": photo}
    files["folders.zip"] = {"a/": b"", "a/b/": b"", "a/b/c/": b"", f"a/b/c/{GOOD}.jpg": photo}
    files["clutter.zip"] = {"__MACOSX/._a.jpg": b"x", ".DS_Store": b"x", "p/Thumbs.db": b"x", f"p/{GOOD}.jpg": photo}
    ready = {name: packed(content) for name, content in files.items()}
    ready["bzip.zip"] = packed({"a.jpg": photo}, zipfile.ZIP_BZIP2)
    ready["lzma.zip"] = packed({"a.jpg": photo}, zipfile.ZIP_LZMA)
    ready["crowd.zip"] = packed({f"{n}.txt": b"" for n in range(5_001)})
    whole = packed({f"p/{n}.jpg": photo for n in range(3)})
    ready |= {f"cut {n}.zip": whole[: len(whole) * n // 24] for n in range(1, 24)}
    for number in range(40):
        broken = bytearray(whole)
        chance = random.Random(number)
        for _ in range(1 + number // 4):
            broken[chance.randrange(4, len(broken))] ^= 1 << chance.randrange(8)
        ready[f"bits {number}.zip"] = bytes(broken)
    encrypted = bytearray(packed({"a.jpg": photo}))
    encrypted[6] |= 1
    encrypted[encrypted.rfind(b"PK\x01\x02") + 8] |= 1
    ready["locked.zip"] = bytes(encrypted)
    lying = bytearray(packed({"a.jpg": bytes(60_000_000)}))
    at = lying.rfind(b"PK\x01\x02") + 24
    lying[at : at + 4] = struct.pack("<I", 1000)  # the header promises a thousand bytes
    ready["lying.zip"] = bytes(lying)
    return ready


NAMES = [
    "李小龙",
    "Björk Guðmundsdóttir",
    "محمد",
    "नमस्ते",
    "ภาษาไทย",
    "Ἀριστοτέλης",
    "한국",
    "👩‍🔬",
    "O'Neil",
    "a" * 300,
]
NAMES += ["<script>", "**bold**", "\u202egpj.exe", "new\nline", "con", "nul.jpg", "%2e%2e", "$(reboot)", "; drop table"]


def names() -> dict[str, bytes]:
    photo = saved("PNG")
    loose = {f"{name} {GOOD}.png": photo for name in NAMES}
    return loose | {"names.zip": packed({f"{name}/{GOOD}.png": photo for name in NAMES if "\n" not in name})}


CASES = {
    made.__name__: made for made in (truncated, disguised, sizes, modes, exif, archives, names)
}  # made in the test, so that collecting stays quick


def ask(function, *args):
    """A worker that answers at once."""
    future: Future[object] = Future()
    try:
        future.set_result(function(*args))
    except Exception as error:
        future.set_exception(error)
    return future


def everything_below(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def test_there_are_at_least_five_hundred():
    assert sum(len(made()) for made in CASES.values()) >= 500


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("case", CASES)
def test_bad_files_get_a_line_and_good_ones_go_on(case, tmp_path, monkeypatch):
    home = tmp_path / "home" / "inner"
    home.mkdir(parents=True)
    monkeypatch.chdir(home)
    monkeypatch.setenv("TMPDIR", str(home))
    before = everything_below(tmp_path)
    for name, content in CASES[case]().items():
        reading = Reading(collect([Upload(name, io.BytesIO(content))]), ask)
        seen = reading.push()
        assert not reading.moving, name
        for refused in reading.refused:
            assert refused.file, name
            assert 10 < len(refused.reason) < 200, name
            assert "\n" not in refused.reason + refused.file, name
            assert "could not look at it" not in refused.reason, (name, refused.reason)  # no exception left a worker
        assert seen or reading.refused, name
        if GOOD in name:
            assert len(seen) == 1, (name, reading.refused)
            assert seen[0].look.image.shape == (110, 110, 3)
        if BAD in name:
            assert len(reading.refused) == 1, name
        if case == "archives":
            check_archive(name, content, {item.entry.name for item in seen}, reading.refused)
    assert everything_below(tmp_path) == before


def check_archive(name: str, content: bytes, read: set[str], refused: list[SkippedPicture]) -> None:
    expected = {
        "out": "leads out of the ZIP",
        "nested.": "archive inside",
        "nested ": "not a picture",
        "bomb": "more than 25",
        "locked": "encrypted",
        "bzip": "packed in a way",
        "lzma": "packed in a way",
        "crowd": "more than 5,000",
        "lying": "",
    }
    for start, reason in expected.items():
        if name.startswith(start):
            assert any(reason in line.reason for line in refused), (name, refused)
    if f"{GOOD}.jpg".encode() in content:
        assert any(GOOD in file for file in read), name
    assert not any(".." in file.split("/") or file.startswith(os.sep) for file in read)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_names_in_every_script_arrive_as_they_were_written():
    content = names()["names.zip"]
    people = {entry.person for entry in collect([Upload("names.zip", io.BytesIO(content))])}
    assert {"李小龙", "Björk Guðmundsdóttir", "محمد", "नमस्ते", "ภาษาไทย", "👩‍🔬", "<script>"} <= people
    assert all("\u202e" not in person and len(person) <= 80 for person in people)
