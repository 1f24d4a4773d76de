"""Chosen faces in a link: ``3-9,14`` for many, and back."""

import re
from collections.abc import Iterable

LONGEST = 1500  # letters that a link may spend on it
_PART = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?")


def faces_to_text(faces: Iterable[int]) -> str:
    """Return faces as ranges; in the order given where there are two, since distances go from the first."""
    chosen = list(dict.fromkeys(faces))
    if len(chosen) <= 2:
        return ",".join(str(face) for face in chosen)
    parts: list[list[int]] = []
    for face in sorted(chosen):
        if parts and face == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], face]
        else:
            parts.append([face])
    return ",".join("-".join(str(end) for end in part) for part in parts)


def faces_from_text(text: str, count: int) -> list[int]:
    """Return the faces below ``count`` that a link names; what it cannot mean is passed over."""
    found: dict[int, None] = {}
    for part in text[:LONGEST].split(","):
        match = _PART.fullmatch(part.strip())
        if match:
            first = int(match[1])
            last = min(int(match[2] or first), count - 1)
            found |= dict.fromkeys(range(first, last + 1))
    return list(found)
