"""Drawn people: who somebody is (person), how a picture was taken (scene), and the brushes between them."""

from facenet_core.faces.drawing.person import Person, person_of
from facenet_core.faces.drawing.portrait import draw
from facenet_core.faces.drawing.scene import Scene, scene_of

__all__ = ["Person", "Scene", "draw", "person_of", "scene_of"]
