"""What a worker of somebody else's cluster is asked before it gets work: this runs in the worker.

It needs this project, the same data folder, and the right to write there. Then it is told which jobs it does, loads
what they need, and says with each heartbeat what it does, as the app's own workers do.
"""

import os
import secrets
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core import files
from facenet_core.runs.engine.sharing_out import GIVEN
from facenet_core.runs.engine.workers.warm_up import FACES_VARIABLE, dask_setup

if TYPE_CHECKING:
    from distributed import Worker


def look_around(data: str, token: str) -> dict[str, str]:
    """Return what this worker has: its version of distributed, and what is wrong with the data folder, if anything.

    Args:
        data: The data folder, as the app calls it.
        token: What the app wrote into it a moment ago.
    """
    return {"distributed": version("distributed"), "problem": _folder_problem(Path(data), token)}


async def join(roles: dict[str, int], given: bool, faces: str, dask_worker: "Worker") -> None:
    """Take the jobs of these kinds from now on, and begin to load what they need.

    Args:
        roles: How many of each kind at once.
        given: Whether they were chosen by the app, and not by whoever started this worker.
        faces: Where prepared sets are kept.
        dask_worker: This worker; Dask hands it in.
    """
    await dask_worker.set_resources(**roles, **({GIVEN: 1} if given else {}))
    os.environ.setdefault(FACES_VARIABLE, faces)
    if "facenet" not in dask_worker.metrics:
        dask_setup(dask_worker)


def _folder_problem(data: Path, token: str) -> str:
    try:
        found: dict[str, Any] = files.read_json(data / "engine.json")
    except FileNotFoundError:
        return f"it finds no data folder of this app at {data}"
    except (OSError, ValueError) as error:
        return f"it cannot read the data folder {data} ({error})"
    if found.get("token") != token:
        return f"what it finds at {data} is another folder than the app's"
    probe = data / f".probe-{secrets.token_hex(4)}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"it cannot write into the data folder {data} ({error.strerror})"
    return ""
