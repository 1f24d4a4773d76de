"""Faces on a map, every epoch of them, played in the browser."""

from pages.shared.components.face_map.choice import LONGEST, faces_from_text, faces_to_text
from pages.shared.components.face_map.player import play_faces
from pages.shared.components.face_map.sending import Cast, MapFilm, Near, cast_json, send_cast, send_film, send_near

__all__ = [
    "LONGEST",
    "Cast",
    "MapFilm",
    "Near",
    "cast_json",
    "faces_from_text",
    "faces_to_text",
    "play_faces",
    "send_cast",
    "send_film",
    "send_near",
]
