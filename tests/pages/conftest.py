"""A page as a reader opens it: through app.py, on a data folder of its own, with an engine that keeps still."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.shared.runs import session
from tests.pages.still_engine import StillEngine

ROOT = Path(__file__).parents[2]
PAGES = (
    "start",
    "faces",
    "triplets",
    "training",
    "epochs",
    "network",
    "verification",
    "recognition",
    "clustering",
    "comparison",
    "collapse",
    "sphere",
    "photos",
    "factors",
    "maps",
)


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Path:
    """Return the folder of runs that the pages look at."""
    monkeypatch.setenv("FACENET_DATA", str(tmp_path))
    monkeypatch.chdir(ROOT)
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(runs, monkeypatch) -> StillEngine:
    """Return the engine that notes what pages ask of it."""
    still = StillEngine(runs.parent)
    st.cache_resource.clear()
    monkeypatch.setattr(session, "open_engine", lambda data: still)
    return still


@pytest.fixture
def visit(engine) -> Callable[..., AppTest]:
    """Return what opens a page, with settings from the link."""

    def open_page(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.run()
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(f"pages/{page}/page.py").run()

    return open_page
