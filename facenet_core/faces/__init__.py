"""Where faces come from: every source ends as a FaceSet, prepared once and read by index from disk."""

from facenet_core.faces.cache import open_faces
from facenet_core.faces.errors import FacesError, NoNetwork, PictureError
from facenet_core.faces.face_set import IMAGE_SIZE, FaceSet, SkippedPicture
from facenet_core.faces.loading import load_faces, prepare
from facenet_core.faces.pictures import read_picture
from facenet_core.faces.split import FaceSplit, split_faces

__all__ = [
    "IMAGE_SIZE",
    "FaceSet",
    "FaceSplit",
    "FacesError",
    "NoNetwork",
    "PictureError",
    "SkippedPicture",
    "load_faces",
    "open_faces",
    "prepare",
    "read_picture",
    "split_faces",
]
