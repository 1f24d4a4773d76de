"""A folder of 13,000 faces is listed, and opened again once it is prepared, without a picture looked at."""

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from facenet_core.faces import load_faces
from facenet_core.faces.folders.people_folder import list_people_folder

LFW = Path(__file__).parents[3] / "shared" / "faces" / "lfw110" / "images"
LIST_SECONDS, OPEN_SECONDS = 0.5, 1.0


@pytest.fixture(autouse=True)
def _needs_faces() -> None:
    if not LFW.is_dir():
        pytest.skip(f"LFW is not at {LFW}")


def test_everybody_is_listed(benchmark: BenchmarkFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facenet_core.faces.folders.walk.kind_of", None)
    listing = benchmark.pedantic(list_people_folder, (LFW,), rounds=7, warmup_rounds=1)
    assert len(listing) > 13_000
    assert benchmark.stats.stats.median < LIST_SECONDS


def test_a_prepared_folder_is_opened_again(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    first = load_faces("folder", path=LFW, root=tmp_path)
    again = benchmark.pedantic(load_faces, ("folder",), {"path": LFW, "root": tmp_path}, rounds=5, warmup_rounds=1)
    assert again.fingerprint == first.fingerprint
    assert benchmark.stats.stats.median < OPEN_SECONDS
