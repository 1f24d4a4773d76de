"""Every figure that the commands print, computed anew with scikit-learn from nothing but an exported file."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, roc_auc_score, roc_curve

from facenet_core.cli.main import main
from facenet_core.runs.storage import RunFolder

PEOPLE, IMAGES = 34, 12  # more unseen faces than a run follows
NEAR = {"rel": 0, "abs": 1e-6}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACENET_THREADS", "1")
        yield


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    root = tmp_path_factory.mktemp("data")
    return ["--runs", str(root / "runs"), "--faces-root", str(root / "faces")]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, places: list[str]) -> dict[str, Any]:
    """What ``train --json`` prints of a run on noise around a colour of each person."""
    folder, chance = tmp_path_factory.mktemp("people"), np.random.default_rng(0)
    for person in range(PEOPLE):
        (folder / f"person {person}").mkdir()
        colour = chance.integers(60, 195, 3)
        for number in range(IMAGES):
            pixels = np.clip(colour + chance.normal(0, 60, (14, 14, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).resize((110, 110)).save(folder / f"person {person}" / f"{number}.png")
    chosen = ["--path", str(folder), "--people", "10", "--images", "4", "--epochs", "2", "--embedding-size", "16"]
    batches = ["--people-per-batch", "4", "--images-per-person", "2", "--precision", "float32", "--mirror"]
    return _told(["train", *chosen, *batches, *places, "--json"])


def _told(arguments: list[str]) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        assert main(arguments) == 0
    found: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return found


@pytest.fixture
def taken_home(printed: dict[str, Any], places: list[str], tmp_path: Path) -> Any:
    def take(kind: str, ending: str, *more: str) -> Path:
        out = tmp_path / f"home{ending}"
        _told(["export", printed["run"], "--format", kind, "--out", str(out), *more, *places[:2], "--json"])
        return out

    return take


def figures(embeddings: np.ndarray, people: np.ndarray, halves: np.ndarray) -> dict[str, Any]:
    """Compute what is printed of a group, with scikit-learn alone."""
    first, second = np.triu_indices(len(people), 1)
    points = embeddings.astype(np.float64)
    apart, same = ((points[first] - points[second]) ** 2).sum(axis=1), people[first] == people[second]
    far, val, _ = roc_curve(same, -apart, drop_intermediate=False)
    after = int(np.searchsorted(far + val - 1, 0.0))
    before = after - 1
    part = (1 - far[before] - val[before]) / (far[after] + val[after] - far[before] - val[before])
    right = []
    for half in halves.T:
        inside = [(half[first] == side) & (half[second] == side) for side in (0, 1)]
        for one, other in (inside, inside[::-1]):
            accepted = apart[other] <= best_threshold(apart[one], same[one])
            right.append(balanced_accuracy_score(same[other], accepted))
    return {
        "pairs": len(same),
        "same": int(same.sum()),
        "accuracy": float(np.mean(right)),
        "threshold": best_threshold(apart, same),
        "auc": float(roc_auc_score(same, -apart)),
        "eer": float(far[before] + part * (far[after] - far[before])),
        "val_at_far": {name: float(val[far <= float(name)].max()) for name in ("0.1", "0.01", "0.001")},
        "mean_same": float(apart[same].mean()),
        "mean_different": float(apart[~same].mean()),
    }


def best_threshold(apart: np.ndarray, same: np.ndarray) -> float:
    """Return the middle of the equally best thresholds, half way to the next distance."""
    far, val, scores = roc_curve(same, -apart, drop_intermediate=False)
    best = np.flatnonzero(val - far >= (val - far).max() - 1e-12)
    chosen = int(best[len(best) // 2])
    return float(-(scores[chosen] + scores[min(chosen + 1, len(scores) - 1)]) / 2)


def check(found: dict[str, Any], stored: dict[str, Any]) -> None:
    for name, value in found.items():
        assert value == pytest.approx(stored[name], **NEAR), name


def check_groups(printed: dict[str, Any], group: Any, embeddings: Any, people: Any, halves: Any) -> None:
    for name in ("unseen", "held_out"):
        rows = np.flatnonzero(np.asarray(group) == name.replace("_", "-"))
        check(figures(embeddings[rows], np.asarray(people)[rows], halves[rows]), printed["verification"][name])


def test_an_npz_has_every_face_behind_the_printed_figures(printed, taken_home, places):
    with np.load(taken_home("npz", ".npz")) as arrays:
        held = dict(arrays)
    group, tracked = held["groups"][held["measured_group"]], held["groups"][held["group"]]
    for name in ("unseen", "held-out"):
        assert (group == name).sum() > (tracked == name).sum()  # or this would show nothing
    check_groups(printed, group, held["measured_embeddings"], held["measured_person"], held["measured_halves"])
    assert json.loads(str(held["verification"]))["unseen"] == printed["verification"]["unseen"]
    assert str(held["missing"]) == ""

    again = _told(["evaluate", printed["run"], *places, "--json"])
    check_groups(again, group, held["measured_embeddings"], held["measured_person"], held["measured_halves"])


def test_an_npz_has_every_face_behind_the_figures_of_every_epoch(taken_home):
    with np.load(taken_home("npz", ".npz")) as arrays:
        held = dict(arrays)
    for code, name in enumerate(held["groups"].tolist()):
        rows, name = np.flatnonzero(held["group"] == code), name.replace("-", "_")
        for place in range(len(held["epochs"])):
            found = figures(held["embeddings"][place][rows], held["person"][rows], held["halves"][rows])
            for figure in ("pairs", "accuracy", "threshold", "auc", "eer", "mean_same", "mean_different"):
                assert found[figure] == pytest.approx(held[f"figure_{name}_{figure}"][place], **NEAR), (name, figure)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_has_every_face_behind_the_printed_figures(printed, taken_home, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    out = taken_home(kind, f".{kind}", "--table", "measured")
    table = pd.read_csv(out) if kind == "csv" else pd.read_parquet(out)
    embeddings = table.filter(regex=r"^e\d+$").to_numpy(np.float32)
    check_groups(printed, table["group"], embeddings, table["person"], table.filter(like="half_").to_numpy())


def test_the_projectors_files_have_every_face_behind_the_printed_figures(printed, taken_home):
    with zipfile.ZipFile(taken_home("projector", ".zip")) as packed:
        embeddings = np.loadtxt(io.BytesIO(packed.read("tensors_measured.tsv")), delimiter="\t", dtype=np.float32)
        table = pd.read_csv(io.BytesIO(packed.read("metadata_measured.tsv")), delimiter="\t")
        assert f"{len(table):,} held-out images and pictures of unseen people" in packed.read("README.txt").decode()
        assert 'tensor_path: "tensors_measured.tsv"' in packed.read("projector_config.pbtxt").decode()
    check_groups(printed, table["group"], embeddings, table["person"], table.filter(like="half_").to_numpy())


def test_an_older_run_says_what_it_lacks_and_is_measured_again(printed, taken_home, places):
    run = RunFolder(Path(places[1]) / printed["run"])
    (run.path / "measured.npz").unlink()
    with np.load(taken_home("npz", ".npz")) as arrays:
        assert "measured_embeddings" not in arrays.files
        missing = str(arrays["missing"])
    assert "40 of 240 pictures of unseen people" in missing
    assert f"evaluate {run.id}" in missing
    out = taken_home("csv", ".csv", "--table", "measured")
    assert (pd.read_csv(out)["group"] == "unseen").sum() == 200

    told = _told(["evaluate", run.id, *places, "--json"])
    assert "exports hold them" in told["notes"][-1]
    with np.load(taken_home("npz", ".npz")) as arrays:
        assert (arrays["groups"][arrays["measured_group"]] == "unseen").sum() == 240
        assert str(arrays["missing"]) == ""
