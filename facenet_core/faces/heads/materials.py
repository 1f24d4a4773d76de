"""What surfaces are made of."""

from enum import IntEnum


class Material(IntEnum):
    """Numbers of the materials, as a scene's triangles carry them."""

    SKIN = 0
    EAR = 1
    NECK = 2
    CLOTH = 3
    HAIR = 4
    FRAME = 5
    HAT = 6
