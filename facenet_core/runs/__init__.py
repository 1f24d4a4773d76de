"""Runs as folders that any worker can move forward, and the engines that move them."""

from typing import TYPE_CHECKING, Any

from facenet_core.map_config import MAP_METHODS
from facenet_core.runs.advance import advance
from facenet_core.runs.engine.engine import Engine, EngineReadOnly
from facenet_core.runs.engine.inline import InlineEngine
from facenet_core.runs.engine.opening import default_data, open_engine
from facenet_core.runs.engine.state import EngineState, WorkerState
from facenet_core.runs.job_status import JobMissing, JobStatus
from facenet_core.runs.maps import draw_maps
from facenet_core.runs.records import (
    GROUPS,
    EpochRecord,
    MapRecord,
    RunBusy,
    RunDamaged,
    RunMissing,
    RunRecord,
    RunRequest,
    RunStatus,
    RunTooNew,
    TrackedFaces,
)
from facenet_core.runs.storage import RunFolder, create_run, delete_run, list_runs, open_run

if TYPE_CHECKING:
    from facenet_core.runs.engine.local import LocalEngine
    from facenet_core.runs.engine.remote import RemoteEngine

__all__ = [
    "GROUPS",
    "MAP_METHODS",
    "Engine",
    "EngineReadOnly",
    "EngineState",
    "EpochRecord",
    "InlineEngine",
    "JobMissing",
    "JobStatus",
    "LocalEngine",
    "MapRecord",
    "RemoteEngine",
    "RunBusy",
    "RunDamaged",
    "RunFolder",
    "RunMissing",
    "RunRecord",
    "RunRequest",
    "RunStatus",
    "RunTooNew",
    "TrackedFaces",
    "WorkerState",
    "advance",
    "create_run",
    "default_data",
    "delete_run",
    "draw_maps",
    "list_runs",
    "open_engine",
    "open_run",
]


def __getattr__(name: str) -> Any:
    """Load the engines that need Dask only when they are asked for: it takes half a second."""
    if name == "LocalEngine":
        from facenet_core.runs.engine.local import LocalEngine

        return LocalEngine
    if name == "RemoteEngine":
        from facenet_core.runs.engine.remote import RemoteEngine

        return RemoteEngine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
