"""Which engine the surroundings ask for, and where its data lies."""

import os
from pathlib import Path

from facenet_core.runs.engine.engine import Engine
from facenet_core.runs.example_run import install


def default_data() -> Path:
    """Return the data folder: ``FACENET_DATA``, or ``data`` where the program runs."""
    return Path(os.environ.get("FACENET_DATA") or "data")


def open_engine(data: Path | None = None) -> Engine:
    """Return the engine that the surroundings ask for; it gets ready in the background.

    With ``FACENET_SCHEDULER=tcp://host:8786`` it uses the Dask cluster there, otherwise workers of its own.
    """
    data = data or default_data()
    install(data / "runs")
    address = os.environ.get("FACENET_SCHEDULER")
    if address:
        from facenet_core.runs.engine.remote import RemoteEngine

        return RemoteEngine(address, data)
    from facenet_core.runs.engine.local import LocalEngine

    return LocalEngine(data)
