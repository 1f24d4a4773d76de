"""Any picture file -> a face of 110 x 110 pixels: centre square, upright, 8-bit RGB."""

import contextlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from facenet_core.faces.errors import PictureError
from facenet_core.faces.face_set import IMAGE_SIZE
from facenet_core.picture_kinds import DECODERS, HEAD, READABLE, kind_of

MAX_MEGAPIXELS = 25
MOST_BYTES_AT_ONCE = 100_000_000  # of a HEIC or AVIF file: their decoders take the whole file into memory
BEHIND_TRANSPARENT = (128, 128, 128)

_SIZE = (IMAGE_SIZE, IMAGE_SIZE)
_ORIENTATION_TAG = 0x0112
_ON_ITS_SIDE = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
)
_WHOLE_FILE = ("HEIF", "AVIF")
_USUAL = tuple(decoder for decoder in DECODERS if decoder not in _WHOLE_FILE)
_DAMAGED = "it is damaged or cut off; save it again or leave it out"
_A_FOLDER = "it is a folder, not a picture; name one of the pictures in it"
# What Pillow's decoders raise on damaged files, besides OSError.
_DECODER_ERRORS = (
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)


def read_picture(
    picture: str | os.PathLike[str] | BinaryIO, *, box: tuple[int, int, int, int] | None = None
) -> np.ndarray:
    """Read one picture.

    Centre square, Lanczos to 110 x 110, turned upright as its EXIF says, transparency laid on mid-grey,
    16-bit grey scaled to 8, the first frame of an animation. Nothing of the EXIF is kept.

    Args:
        picture: A path, or an open binary file.
        box: Left, top, right and bottom of the part to use; None for all of it.

    Returns:
        (110, 110, 3) uint8.

    Raises:
        PictureError: It is damaged, no picture, or has more than 25 megapixels (found out without decoding it).
    """
    return read_with_size(picture, box=box)[0]


def read_with_size(
    picture: str | os.PathLike[str] | BinaryIO, *, box: tuple[int, int, int, int] | None = None
) -> tuple[np.ndarray, tuple[int, int]]:
    """Read one picture as ``read_picture`` does, and return with it how wide and high it is when upright."""
    name = _name_of(picture)
    with _plain_picture_errors(name, picture), _opened(picture) as image:
        size = image.size
        _check_size(name, size)
        if (
            box is None
            and image.format == "JPEG"
            and image.size == _SIZE
            and image.mode == "RGB"
            and "exif" not in image.info
        ):
            return np.array(image), size
        face, turned = _to_face(name, image, box)
        return face, (size[1], size[0]) if turned else size


def read_upright(picture: BinaryIO, *, name: str, longest: int) -> Image.Image:
    """Read a whole picture at a size to look at: upright, 8-bit RGB, without EXIF.

    A large JPEG is decoded at a half, a quarter or an eighth of its size, which is what makes it quick.

    Args:
        picture: An open binary file.
        name: Of the file, for the message.
        longest: Its longer side has at most so many pixels afterwards.

    Raises:
        PictureError: As ``read_picture``.
    """
    with _plain_picture_errors(name, picture), _opened(picture) as image:
        _check_size(name, image.size)
        scale = min(1.0, longest / max(image.size))
        if scale < 1:  # never below the size asked for: other formats ignore this
            image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
        image.load()
        _check_size(name, image.size)
        turn = _turn(image)
        scale = min(1.0, longest / max(image.size))
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        small = _plain_mode(image)
        small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0) if scale < 1 else small
        upright = _on_grey(small if turn is None else small.transpose(turn))
        return Image.fromarray(np.array(upright))  # nothing of the file's notes travels on


@contextlib.contextmanager
def _plain_picture_errors(name: str, picture: str | os.PathLike[str] | BinaryIO) -> Iterator[None]:
    """Turn whatever Pillow raises into a PictureError that says why."""
    try:
        yield
    except PictureError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureError(name, f"it has more than {MAX_MEGAPIXELS} megapixels; make it smaller") from error
    except UnidentifiedImageError as error:
        raise PictureError(name, _why_unidentified(picture)) from error
    except FileNotFoundError as error:
        raise PictureError(name, "there is no such file") from error
    except IsADirectoryError as error:
        raise PictureError(name, _A_FOLDER) from error
    except PermissionError as error:
        if isinstance(picture, (str, os.PathLike)) and Path(picture).is_dir():  # what Windows says of a folder
            raise PictureError(name, _A_FOLDER) from error
        raise PictureError(name, "it may not be read (permission denied)") from error
    except (OSError, *_DECODER_ERRORS) as error:
        raise PictureError(name, _DAMAGED) from error


@contextlib.contextmanager
def _opened(picture: str | os.PathLike[str] | BinaryIO) -> Iterator[Image.Image]:
    if isinstance(picture, (str, os.PathLike)):
        with open(picture, "rb") as file, _opened(file) as image:
            yield image
        return
    picture.seek(0)
    decoders = _decoders(picture)
    picture.seek(0)
    with Image.open(picture, formats=decoders) as image:
        yield image


def _decoders(file: BinaryIO) -> tuple[str, ...]:
    """Return which of Pillow's decoders may look at a file; that of HEIC is there only once it is needed."""
    kind = kind_of(file.read(HEAD))
    if kind is None:
        return _USUAL
    if kind.decoder in _WHOLE_FILE and (size := file.seek(0, os.SEEK_END)) > MOST_BYTES_AT_ONCE:
        reason = f"it has {size / 1e6:,.0f} MB, more than {MOST_BYTES_AT_ONCE // 1_000_000}; make it smaller"
        raise PictureError(_name_of(file), reason)
    if kind.decoder == "HEIF":
        _teach_pillow_heic(_name_of(file))
    return (kind.decoder,)


def _teach_pillow_heic(name: str) -> None:
    try:
        from pillow_heif import register_heif_opener  # only where there is such a file, so that pages stay light
    except ImportError as error:
        reason = "HEIC needs the package pillow-heif: install requirements.txt again, or save it as JPEG"
        raise PictureError(name, reason) from error
    if "HEIF" not in Image.OPEN:
        register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _name_of(picture: str | os.PathLike[str] | BinaryIO) -> str:
    if isinstance(picture, (str, os.PathLike)):
        return Path(picture).name
    name = getattr(picture, "name", None)
    return Path(name).name if isinstance(name, str) else "the picture"


def _check_size(name: str, size: tuple[int, int]) -> None:
    megapixels = size[0] * size[1] / 1e6
    if megapixels > MAX_MEGAPIXELS:
        raise PictureError(name, f"it has {megapixels:.1f} megapixels, more than {MAX_MEGAPIXELS}; make it smaller")


def _why_unidentified(picture: str | os.PathLike[str] | BinaryIO) -> str:
    if isinstance(picture, (str, os.PathLike)):
        with open(picture, "rb") as file:
            return _why_unidentified(file)
    picture.seek(0)
    head = picture.read(HEAD)
    if not head:
        return "the file is empty"
    if kind_of(head) is not None:
        return _DAMAGED
    return f"it is damaged or not a picture of a known kind ({READABLE})"


def _to_face(name: str, image: Image.Image, box: tuple[int, int, int, int] | None) -> tuple[np.ndarray, bool]:
    """Return the face, and whether it was turned on its side."""
    shrink = min(image.size) / (2 * IMAGE_SIZE)
    if (
        shrink > 1 and box is None
    ):  # a JPEG can be decoded at a half, a quarter or an eighth of its size; other formats ignore this
        image.draft(None, (int(image.width / shrink), int(image.height / shrink)))
    image.load()
    _check_size(name, image.size)  # some decoders learn the true size only now
    turn = _turn(image)
    face = _plain_mode(image.crop(box or _centre_square(image.size))).resize(_SIZE, Image.Resampling.LANCZOS)
    if turn is not None:
        face = face.transpose(turn)
    return np.array(_on_grey(face)), turn in _ON_ITS_SIDE


def _on_grey(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, (*BEHIND_TRANSPARENT, 255))
        picture = Image.alpha_composite(ground, picture)
    return picture.convert("RGB")


def _centre_square(size: tuple[int, int]) -> tuple[int, int, int, int]:
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    return left, top, left + side, top + side


def _plain_mode(image: Image.Image) -> Image.Image:
    """Convert to L, RGB or RGBA, the modes in which Lanczos and compositing work."""
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_to_8_bit(np.asarray(image)))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _to_8_bit(values: np.ndarray) -> np.ndarray:
    """Scale 16- and 32-bit grey to 0..255: from 65,535, or from the brightest value where that is above."""
    grey = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0).clip(min=0)
    brightest = float(grey.max(initial=0))
    white = max(brightest, 65_535.0)
    if values.dtype.kind == "f":  # floating point is 0..1 or 0..255 by custom
        white = 1.0 if brightest <= 1 else max(brightest, 255.0)
    scaled: np.ndarray = np.rint(grey * (255 / white)).astype(np.uint8)
    return scaled


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG)
    except (OSError, *_DECODER_ERRORS):  # a damaged EXIF block does not make the picture unusable
        return None
    return {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation if isinstance(orientation, int) else 1)
