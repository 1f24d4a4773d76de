"""Synthetic people in three dimensions: who somebody is, how a picture is taken, and the renderer between them."""

from facenet_core.faces.heads.conditions import CONDITION_FACTORS, Conditions, conditions_of
from facenet_core.faces.heads.factors import Factor
from facenet_core.faces.heads.identity import IDENTITY_FACTORS, Identity, identity_of
from facenet_core.faces.heads.render import render

__all__ = [
    "CONDITION_FACTORS",
    "IDENTITY_FACTORS",
    "Conditions",
    "Factor",
    "Identity",
    "conditions_of",
    "identity_of",
    "render",
]
