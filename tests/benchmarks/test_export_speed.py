"""How long films and reports take, and how large they are.

pytest tests/benchmarks/test_export_speed.py --benchmark-only
"""

import numpy as np
import pytest
from PIL import Image

from facenet_core.exports import ExportWish, export_bytes
from facenet_core.runs.storage import RunFolder
from tests.pages.made_run import make_run


def silent(done: int, total: int, what: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """15 epochs of 1,000 faces of 100 people; thumbnails as busy as photographs."""
    run = make_run(tmp_path_factory.mktemp("runs"), people=100, each=10, epochs_done=15, epochs=15)
    run.write_tracked(run.tracked(), photographs(1000))
    return run


def photographs(count: int) -> np.ndarray:
    """Return (N, 48, 48, 3) uint8: smooth shapes with grain, about as hard to compress as faces."""
    chance = np.random.default_rng(0)
    coarse = chance.integers(20, 235, (count, 6, 6, 3), dtype=np.uint8)
    smooth = [np.asarray(Image.fromarray(picture).resize((48, 48), Image.Resampling.BICUBIC)) for picture in coarse]
    return np.clip(np.stack(smooth) + chance.normal(0, 6, (count, 48, 48, 3)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("kind", "seconds", "megabytes"),
    [("gif", 3.0, 3.0), ("webp", None, None), ("html", None, 5.0), ("npz", None, None)],
)
def test_a_run_of_1000_faces(run, benchmark, kind, seconds, megabytes):
    made = benchmark.pedantic(lambda: export_bytes(run, ExportWish(format=kind, size=600), silent), rounds=3)
    benchmark.extra_info["megabytes"] = round(len(made) / 1e6, 2)
    if seconds is not None:
        assert benchmark.stats["min"] < seconds
    if megabytes is not None:
        assert len(made) / 1e6 < megabytes


def test_a_gif_of_thumbnails(tmp_path, benchmark):
    """A GIF has thumbnails only when they are asked for: they make it large."""
    run = make_run(tmp_path / "runs", people=25, each=6, epochs_done=15, epochs=15)
    run.write_tracked(run.tracked(), photographs(150))
    made = benchmark.pedantic(
        lambda: export_bytes(run, ExportWish(format="gif", size=600, faces=True), silent), rounds=1
    )
    benchmark.extra_info["megabytes"] = round(len(made) / 1e6, 2)
    assert len(made) / 1e6 < 10
