"""Stored runs to take home, written in a moment."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from facenet_core.config import FacesConfig
from facenet_core.runs.storage import RunFolder
from tests.pages.made_run import make_run


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., RunFolder]:
    """Write a small run, with some settings of its own; ``source`` says whose faces it learned from."""

    def make(source: str = "synthetic", name: str | None = None, **settings: object) -> RunFolder:
        settings = {"people": 6, "each": 4, "epochs_done": 3, "epochs": 3, **settings}
        run = make_run(tmp_path / "runs", **settings)
        record = run.record()
        path = "/home/somebody/faces" if source == "folder" else None
        config = replace(record.config, faces=FacesConfig(source=source, path=path, people=6, images=4))
        run.write_record(replace(record, name=name, config=config))
        return run

    return make


def silent(done: int, total: int, what: str) -> None:
    """Tell nobody."""
