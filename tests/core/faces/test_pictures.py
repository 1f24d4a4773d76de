"""Any picture file becomes an upright 110 x 110 RGB face, or says why not."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import PictureError, read_picture

MakePicture = Callable[..., Image.Image]


def flat(colour: tuple[int, ...], mode: str = "RGB", size: tuple[int, int] = (200, 160)) -> Image.Image:
    return Image.new(mode, size, colour)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "bmp", "gif", "ppm", "tiff"])
def test_every_format_gives_the_same_colour(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"a.{kind}"
    flat((200, 100, 50)).save(file)
    face = read_picture(file)
    assert face.shape == (110, 110, 3)
    assert face.dtype == np.uint8
    assert np.abs(face.astype(int) - (200, 100, 50)).max() <= 4


def test_pgm_is_grey(tmp_path: Path) -> None:
    Image.new("L", (92, 112), 77).save(tmp_path / "a.pgm")
    assert np.unique(read_picture(tmp_path / "a.pgm")).tolist() == [77]


def test_the_centre_square_is_used(tmp_path: Path) -> None:
    wide = Image.new("RGB", (300, 100), (255, 0, 0))
    wide.paste((0, 0, 255), (100, 0, 200, 100))
    wide.save(tmp_path / "a.png")
    assert (read_picture(tmp_path / "a.png") == (0, 0, 255)).all()


def test_a_jpeg_of_the_right_size_keeps_its_pixels(tmp_path: Path, picture: MakePicture) -> None:
    picture(1, (110, 110)).save(tmp_path / "a.jpg")
    assert (read_picture(tmp_path / "a.jpg") == np.asarray(Image.open(tmp_path / "a.jpg"))).all()


def test_a_big_jpeg_looks_like_its_small_self(tmp_path: Path, picture: MakePicture) -> None:
    picture(1, (4000, 3000)).save(tmp_path / "big.jpg", quality=95)
    picture(1, (4000, 3000)).resize((400, 300), Image.Resampling.LANCZOS).save(tmp_path / "small.png")
    difference = read_picture(tmp_path / "big.jpg").astype(int) - read_picture(tmp_path / "small.png")
    assert np.abs(difference).mean() < 2


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_16_bit_grey_is_scaled_not_clipped(tmp_path: Path, kind: str) -> None:
    ramp = np.linspace(0, 65_535, 110).astype(np.uint16)[None].repeat(110, axis=0)
    Image.fromarray(ramp).save(tmp_path / f"a.{kind}")
    row = read_picture(tmp_path / f"a.{kind}")[50, :, 0].astype(int)
    assert np.abs(row - np.linspace(0, 255, 110)).max() <= 1


def test_16_bit_pgm(tmp_path: Path) -> None:
    values = np.full((110, 110), 32_896, dtype=">u2")
    (tmp_path / "a.pgm").write_bytes(b"P5 110 110 65535\n" + values.tobytes())
    assert np.unique(read_picture(tmp_path / "a.pgm")).tolist() == [128]


@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_floating_point_grey(tmp_path: Path, peak: float) -> None:
    values = np.full((110, 110), peak / 2, dtype=np.float32)
    values[0] = peak
    Image.fromarray(values).save(tmp_path / "a.tiff")
    assert read_picture(tmp_path / "a.tiff")[50, 50, 0] in (127, 128)


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    flat((0, 255, 255, 0), "CMYK").save(tmp_path / "a.jpg")
    red, green, blue = read_picture(tmp_path / "a.jpg")[50, 50]
    assert red > 200
    assert green < 60
    assert blue < 60


def test_palette_and_one_bit(tmp_path: Path) -> None:
    flat((200, 100, 50)).quantize(8).save(tmp_path / "a.png")
    flat((1,), "1").save(tmp_path / "b.png")
    assert np.abs(read_picture(tmp_path / "a.png")[9, 9].astype(int) - (200, 100, 50)).max() <= 4
    assert (read_picture(tmp_path / "b.png") == 255).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_mid_grey(tmp_path: Path, mode: str) -> None:
    if mode == "P":
        Image.new("P", (50, 50), 0).save(tmp_path / "a.png", transparency=0)
    else:
        Image.new(mode, (50, 50), 0).save(tmp_path / "a.png")
    assert np.unique(read_picture(tmp_path / "a.png")).tolist() == [128]


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_the_first_frame_of_an_animation(tmp_path: Path, kind: str) -> None:
    frames = [flat((250, 0, 0)), flat((0, 250, 0)), flat((0, 0, 250))]
    frames[0].save(tmp_path / f"a.{kind}", save_all=True, append_images=frames[1:], duration=50)
    assert read_picture(tmp_path / f"a.{kind}")[50, 50].argmax() == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_the_picture_upright(tmp_path: Path, picture: MakePicture, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture(3, (110, 110)).save(tmp_path / "a.jpg", exif=exif, quality=100, subsampling=0)
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    upright = picture(3, (110, 110))
    if orientation in back:
        upright = upright.transpose(back[orientation])
    assert np.abs(read_picture(tmp_path / "a.jpg").astype(int) - np.asarray(upright)).max() < 12


def test_an_open_file_is_read_from_its_start() -> None:
    file = io.BytesIO()
    flat((10, 20, 30)).save(file, "PNG")
    assert (read_picture(file) == (10, 20, 30)).all()


def test_damaged_files_say_why(tmp_path: Path, picture: MakePicture) -> None:
    whole = tmp_path / "whole.jpg"
    picture(5, (600, 600)).save(whole)
    data = whole.read_bytes()
    files = {
        "cut off.jpg": (data[: len(data) // 2], "damaged or cut off"),
        "empty.png": (b"", "the file is empty"),
        "text.jpg": (b"this is no picture\n" * 9, "not a picture of a known kind"),
        "html.png": (b"<html><script>alert(1)</script></html>", "not a picture of a known kind"),
        "head only.jpg": (data[:20], "damaged"),
    }
    for name, (content, reason) in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PictureError, match=reason) as caught:
            read_picture(tmp_path / name)
        assert str(caught.value).startswith(f"{name} cannot be used: ")
        assert "\n" not in str(caught.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="there is no such file"):
        read_picture(tmp_path / "nobody.jpg")


@pytest.mark.parametrize("size", [(5001, 5000), (14_000, 14_000), (60_000, 60_000)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_more_than_25_megapixels_is_refused_undecoded(tmp_path: Path, size: tuple[int, int]) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)  # no pixels follow: decoding would say "cut off"
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x"))
    with pytest.raises(PictureError, match="more than 25"):
        read_picture(tmp_path / "a.png")


def test_exactly_25_megapixels_is_read(tmp_path: Path) -> None:
    Image.new("L", (5000, 5000), 9).save(tmp_path / "a.jpg")
    assert read_picture(tmp_path / "a.jpg").shape == (110, 110, 3)
