"""Which pictures of a set are in no group of a run, and why, in one sentence."""

import numpy as np

from facenet_core.faces.face_set import FaceSet
from facenet_core.faces.split import HELD_OUT_IMAGES, UNSEEN_IMAGES, UNSEEN_PEOPLE, FaceSplit


def left_out_words(faces: FaceSet, split: FaceSplit) -> str | None:
    """Return what is neither trained on nor measured; None where every picture is in a group.

    Args:
        faces: The whole set.
        split: The groups.
    """
    used = np.concatenate([split.seen, split.held_out, split.unseen])
    rest = np.setdiff1d(np.arange(len(faces)), used)
    if not len(rest):
        return None
    people = faces.people[rest]
    own = np.isin(people, split.people_seen)
    strangers = np.isin(people, np.unique(faces.people[split.unseen]))
    others = ~own & ~strangers
    parts = []
    if own.any():
        parts.append(
            f"{int(own.sum()):,} more of the people trained on (at most {HELD_OUT_IMAGES} of each are held out)"
        )
    if strangers.any():
        parts.append(
            f"{int(strangers.sum()):,} more of the unseen people (at most {UNSEEN_IMAGES} of each are measured)"
        )
    if others.any():
        count = len(np.unique(people[others]))
        whose = "1 person who is" if count == 1 else f"{count:,} people who are"
        parts.append(
            f"{int(others.sum()):,} of {whose} in no group (people with one picture, and more than {UNSEEN_PEOPLE} "
            "unseen ones, are left out)"
        )
    are = "picture is" if len(rest) == 1 else "pictures are"
    return f"{len(rest):,} of the set's {len(faces):,} {are} neither trained on nor measured: {', '.join(parts)}"
