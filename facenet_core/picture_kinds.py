"""Which kinds of picture are read: what they are called, how their names end and how the files begin.

One table for readers, messages and pages. It imports nothing, so that whoever only lists the kinds stays light.
"""

from collections.abc import Callable
from dataclasses import dataclass

HEAD = 32  # bytes of a file that tell its kind


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture.

    Attributes:
        label: Its name for people.
        decoder: What Pillow calls it.
        endings: How names of such files end, in lower case.
        begins: Tells by the first ``HEAD`` bytes of a file whether it is one.
    """

    label: str
    decoder: str
    endings: tuple[str, ...]
    begins: Callable[[bytes], bool]


_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)  # lengths that there are


def _is_heic(head: bytes) -> bool:
    return _is_media(head, _HEIC_BRANDS) and not any(brand in head for brand in _AVIF_BRANDS)


def _is_avif(head: bytes) -> bool:
    own = _is_media(head, (b"mif1", b"msf1")) and any(brand in head for brand in _AVIF_BRANDS)
    return own or _is_media(head, _AVIF_BRANDS)


def _is_media(head: bytes, brands: tuple[bytes, ...]) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in brands


def _is_bmp(head: bytes) -> bool:
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def _is_pnm(head: bytes) -> bool:  # text such as "P1 was late" begins alike
    return head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace() and head[3:4] in b"#0123456789"


PICTURE_KINDS = (
    PictureKind("JPEG", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), lambda head: head.startswith(b"\xff\xd8\xff")),
    PictureKind("PNG", "PNG", (".png",), lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    PictureKind("WebP", "WEBP", (".webp",), lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    PictureKind("BMP", "BMP", (".bmp", ".dib"), _is_bmp),
    PictureKind("GIF", "GIF", (".gif",), lambda head: head[:6] in (b"GIF87a", b"GIF89a")),
    PictureKind("PGM", "PPM", (".pgm", ".ppm", ".pbm", ".pnm"), _is_pnm),
    PictureKind("TIFF", "TIFF", (".tif", ".tiff"), lambda head: head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    PictureKind("HEIC", "HEIF", (".heic", ".heif", ".hif"), _is_heic),
    PictureKind("AVIF", "AVIF", (".avif",), _is_avif),
)
UNREAD_ENDINGS = (  # pictures all the same, to be said as such
    *(".jp2", ".j2k", ".jxl", ".svg", ".psd", ".xcf", ".tga", ".exr", ".ico"),
    *(".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw"),  # many begin as a TIFF does
)
ENDINGS = tuple(ending for kind in PICTURE_KINDS for ending in kind.endings)
DECODERS = tuple(kind.decoder for kind in PICTURE_KINDS)
UNREAD = "this kind of picture is not read here; save it as JPEG or PNG"
READABLE = f"{', '.join(kind.label for kind in PICTURE_KINDS[:-1])} or {PICTURE_KINDS[-1].label}"


def kind_of(head: bytes) -> PictureKind | None:
    """Return the kind of picture that a file is by its first ``HEAD`` bytes; None for anything else."""
    return next((kind for kind in PICTURE_KINDS if kind.begins(head)), None)


def is_unread(name: str, head: bytes) -> bool:
    """Return whether a file is a picture of a kind that is not read, by its name; another kind in truth is none."""
    if not name.lower().endswith(UNREAD_ENDINGS):
        return False
    kind = kind_of(head)
    return kind is None or kind.decoder == "TIFF"
