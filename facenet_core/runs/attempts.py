"""A guard against a run that kills its worker again and again at the same place."""

import contextlib

from facenet_core import files
from facenet_core.runs.storage import RunFolder

MOST_ATTEMPTS = 50
"""Many kills by hand, or by a machine short of memory, still end in a finished run."""


class GivenUp(RuntimeError):
    """The run ended its worker too often without getting anywhere."""


def count(run: RunFolder) -> None:
    """Count one more attempt to get on from the last checkpoint.

    Raises:
        GivenUp: There were too many of them.
    """
    place = _checkpoint_stamp(run)
    try:
        before = files.read_json(run.path / "attempts.json")
    except (OSError, ValueError):
        before = {}
    number = before.get("number", 0) + 1 if before.get("place") == place else 1
    if number > MOST_ATTEMPTS:
        forget(run)  # whoever plays it again gets all attempts
        raise GivenUp(
            f"The worker ended {MOST_ATTEMPTS} times without reaching the next checkpoint: "
            "give it more memory or choose smaller batches"
        )
    files.write_json(run.path / "attempts.json", {"place": place, "number": number})


def forget(run: RunFolder) -> None:
    """Begin to count anew: the run came to rest in order."""
    with contextlib.suppress(OSError):
        (run.path / "attempts.json").unlink(missing_ok=True)


def _checkpoint_stamp(run: RunFolder) -> int:
    try:
        return (run.path / "checkpoint" / "state.json").stat().st_mtime_ns
    except OSError:
        return 0
