"""Own photos: uploads -> entries -> a worker looks at each -> crops to review -> a set that is kept, or probes."""

from facenet_core.faces.photos.collecting import Entry, Upload, collect, list_folder
from facenet_core.faces.photos.duplicates import twins
from facenet_core.faces.photos.frame import Frame, cut, open_preview
from facenet_core.faces.photos.kept import KeptSet, find_kept, list_kept
from facenet_core.faces.photos.limits import LIMITS
from facenet_core.faces.photos.looking import Look, look_at_photo
from facenet_core.faces.photos.names import clean_name
from facenet_core.faces.photos.reading import Reading

__all__ = [
    "LIMITS",
    "Entry",
    "Frame",
    "KeptSet",
    "Look",
    "Reading",
    "Upload",
    "clean_name",
    "collect",
    "cut",
    "find_kept",
    "list_folder",
    "list_kept",
    "look_at_photo",
    "open_preview",
    "twins",
]
