"""What a total counts: how many of a group's pictures a run follows, and of how many."""

from facenet_core.runs.records import GROUPS, SEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder

WORDS = ("training pictures of seen people", "held-out images", "pictures of unseen people")


def in_all(run: RunFolder, group: int) -> int | None:
    """Return how many pictures a group of the run's set has; None where that was not written down yet.

    Held-out images and unseen people are counted when the run finishes.
    """
    if group == SEEN:
        return run.record().images
    found = (run.verification() or {}).get(GROUPS[group].replace("-", "_"))
    return None if not found else found.get("images")


def followed(run: RunFolder, faces: TrackedFaces, group: int) -> str:
    """Return which pictures a figure of a group is about: ``the 200 of 1,000 training pictures ... it follows``."""
    count, whole = int((faces.group == group).sum()), in_all(run, group)
    if count == whole:
        return f"all {count:,} {WORDS[group]}"
    of = f" of {whole:,}" if whole is not None and whole > count else ""
    return f"the {count:,}{of} {WORDS[group]} that this run follows"


def all_followed(run: RunFolder, faces: TrackedFaces) -> str:
    """Return whose pictures a run follows, group by group, and of how many."""
    parts = []
    for group in range(len(GROUPS)):
        count, whole = int((faces.group == group).sum()), in_all(run, group)
        if count:
            of = "all " if count == whole else ""
            out_of = f" of {whole:,}" if whole is not None and whole > count else ""
            parts.append(f"{of}{count:,}{out_of} {WORDS[group]}")
    return f"the {len(faces):,} faces that this run follows ({', '.join(parts)})"
