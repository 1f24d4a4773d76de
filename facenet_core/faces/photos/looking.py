"""One photo, looked at in a worker: a small upright copy without EXIF, the faces in it, the first of them cut out."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from facenet_core.faces.errors import PictureError
from facenet_core.faces.face_set import SkippedPicture
from facenet_core.faces.photos.duplicates import hash_of
from facenet_core.faces.photos.finding import find_faces
from facenet_core.faces.photos.frame import Frame, centre_frame, cut
from facenet_core.faces.pictures import read_upright
from facenet_core.picture_kinds import HEAD, UNREAD, is_unread

PREVIEW = 800  # pixels of the longer side: what the reader sees, and what faces are cut from
_QUALITY = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a worker saw in a photo.

    Attributes:
        preview: The photo as a JPEG of at most 800 pixels a side, upright, without EXIF.
        width: Of the preview.
        height: Of the preview.
        faces: Where faces are, likeliest first; empty when none was found.
        frame: The square that was cut out: the likeliest face, or the middle of the photo.
        image: (110, 110, 3) uint8, the face.
        hash: (256,) bool, alike for alike photos.
    """

    preview: bytes
    width: int
    height: int
    faces: tuple[Frame, ...]
    frame: Frame
    image: np.ndarray
    hash: np.ndarray


def look_at_photo(name: str, data: bytes) -> Look | SkippedPicture:
    """Read a photo and find the faces in it.

    Args:
        name: Of the file, for messages.
        data: The file.

    Returns:
        What was seen, or why it cannot be used; never an exception for whatever the file holds.
    """
    if is_unread(name, data[:HEAD]):
        return SkippedPicture(file=name, reason=UNREAD)
    try:
        picture = read_upright(io.BytesIO(data), name=name, longest=PREVIEW)
    except PictureError as error:
        return SkippedPicture(file=name, reason=error.reason)
    faces = tuple(frame.within(*picture.size) for frame in find_faces(picture))
    frame = faces[0] if faces else centre_frame(*picture.size)
    return Look(
        preview=_jpeg(picture),
        width=picture.width,
        height=picture.height,
        faces=faces,
        frame=frame,
        image=cut(picture, frame),
        hash=hash_of(picture),
    )


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
