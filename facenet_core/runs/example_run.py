"""The example run that ships: one file in the project, an ordinary run folder once the app has started.

The file holds what a lesson reads, as small as it goes: embeddings of all epochs but the last as float16, with the
figures of just these numbers, thumbnails as one WebP picture, the weights but not the optimiser's state. So it can be
looked at, asked and repeated, and its figures computed anew, but it is not trained any further.
"""

import dataclasses
import hashlib
import io
import json
import shutil
import time
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from facenet_core import files
from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.contact_sheet import as_sheet, cut_sheet
from facenet_core.runs.measured import FILE as MEASURED
from facenet_core.runs.measured import read_measured
from facenet_core.runs.records import EpochRecord, MapRecord, RunRecord
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracked_faces import measure_epoch

ARCHIVE = Path(__file__).parents[2] / "data" / "example.zip"
RUN_ID = "example-synthetic-class"
NAME = "Example: 50 synthetic people"
CONFIG = TrainingConfig(faces=FacesConfig(people=50, images=20))
MAPS = ("umap-2d", "pca-2d", "pca-3d")
MOST_BYTES = 4_000_000
_COLUMNS = 32
_QUALITY = 85  # of the thumbnails
_INSTALLED = ".example.json"


def pack(run: RunFolder, archive: Path) -> int:
    """Write a finished run as the example, and return the file's size in bytes.

    Raises:
        ValueError: It lacks a map or the faces of its figures, or the file would be larger than ``MOST_BYTES``.
    """
    if read_measured(run) is None:
        raise ValueError("the run lacks the faces that its final figures were measured on: train it to its end")
    parts = {
        "config.json": _json(_shipped(run.record()).to_json()),
        "status.json": (run.path / "status.json").read_bytes(),
        "request.json": _json(run.request().to_json()),
        "verification.json": _json(run.verification()),
        "faces.npz": (run.path / "faces.npz").read_bytes(),
        MEASURED: (run.path / MEASURED).read_bytes(),
        "thumbnails.webp": _picture(run.thumbnails()),
        "steps.npz": _npz(run.steps()),
        "epochs.npz": _npz(_epochs(run)),
        **{f"maps/{method}.npz": _npz(_map(run, method)) for method in MAPS},
        **_weights(run.path / "checkpoint"),
        **_first_weights(run),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_LZMA)
    size = buffer.tell()
    if size > MOST_BYTES:
        raise ValueError(f"the example must stay below {MOST_BYTES:,} bytes, got {size:,}: leave something out")
    files.write_bytes(archive, buffer.getvalue())
    return size


def install(root: Path, archive: Path = ARCHIVE) -> bool:
    """Unpack the example into the folder of runs, once for each version of it; return whether it was.

    Deleted by its reader, it stays away until a new version ships. Without the file nothing happens.
    """
    if not archive.is_file():
        return False
    version = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
    if _installed(root) == version:
        return False
    root.mkdir(parents=True, exist_ok=True)
    making = RunFolder(root / f".making-{RUN_ID}")
    shutil.rmtree(making.path, ignore_errors=True)
    making.path.mkdir()
    _unpack(_contents(archive), making)
    shutil.rmtree(root / RUN_ID, ignore_errors=True)
    making.path.rename(root / RUN_ID)
    files.write_json(root / _INSTALLED, {"version": version})
    return True


def _installed(root: Path) -> str | None:
    try:
        return str(files.read_json(root / _INSTALLED)["version"])
    except (OSError, ValueError, KeyError):
        return None


def _shipped(record: RunRecord) -> RunRecord:
    return dataclasses.replace(record, run=RUN_ID, name=NAME, shipped=True)


def _epochs(run: RunFolder) -> dict[str, np.ndarray]:
    *before, last = [run.epoch(epoch) for epoch in run.epochs()]
    half = np.stack([record.embeddings for record in before]).astype(np.float16)
    tracked, seed = run.tracked(), run.record().config.seed
    if tracked is None:
        raise ValueError("the run follows no faces: train it first")
    figures = [
        record.figures
        | measure_epoch(
            points.astype(np.float32),
            tracked,
            epoch=record.epoch,
            loss=record.figures.get("loss"),
            mirror=bool(record.figures.get("mirror")),
            seed=seed,
        )
        for record, points in zip(before, half, strict=True)
    ]
    return {
        "epochs": np.array([record.epoch for record in (*before, last)]),
        "embeddings": half,
        "last": last.embeddings,
        "figures": np.array(json.dumps([*figures, last.figures])),
    }


def _map(run: RunFolder, method: str) -> dict[str, np.ndarray]:
    missing = sorted(set(run.epochs()) - set(run.map_epochs(method)))
    if missing:
        raise ValueError(f"the run has no {method} map of epochs {missing}: draw its maps first")
    records = [run.map(method, epoch) for epoch in run.epochs()]
    return {
        "positions": np.stack([record.positions for record in records]).astype(np.float32),
        "trustworthiness": np.array([record.trustworthiness for record in records]),
        "notes": np.array([record.note or "" for record in records]),
        "basis": np.array(run.map_version(method)),
    }


def _weights(checkpoint: Path) -> dict[str, bytes]:
    """Return the checkpoint without its optimiser, which is two thirds of it."""
    state = files.read_json(checkpoint / "state.json")
    entry = state["files"]["weights"]
    state["files"] = {"weights": entry}
    return {
        "checkpoint/state.json": _json(state),
        f"checkpoint/{entry['file']}": (checkpoint / entry["file"]).read_bytes(),
    }


def _first_weights(run: RunFolder) -> dict[str, bytes]:
    """Return the weights of the untrained network; the checkpoint has those of the last epoch, twice as exact."""
    stored = sorted((run.path / "weights").glob("*.safetensors"))[:1]
    return {str(path.relative_to(run.path)): path.read_bytes() for path in stored}


def _contents(archive: Path) -> dict[str, bytes]:
    """Return what the archive holds by name; two cores share the work, since a first page waits for it."""
    with zipfile.ZipFile(archive) as file, ThreadPoolExecutor(2) as pool:
        names = [entry.filename for entry in sorted(file.infolist(), key=lambda entry: -entry.compress_size)]
        return dict(zip(names, pool.map(file.read, names), strict=True))


def _unpack(contents: Mapping[str, bytes], run: RunFolder) -> None:
    for name, content in contents.items():
        if name.endswith((".json", ".safetensors")) or name in ("faces.npz", MEASURED):
            path = run.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_bytes(path, content)
    thumbnails = _pictures(contents["thumbnails.webp"], len(_arrays(contents["faces.npz"])["index"]))
    files.write_npz(run.path / "thumbnails.npz", thumbnails=thumbnails)
    steps = _arrays(contents["steps.npz"])
    for epoch in np.unique(steps["epoch"]):
        run.write_steps(int(epoch), {name: values[steps["epoch"] == epoch] for name, values in steps.items()})
    epochs = _arrays(contents["epochs.npz"])
    numbers = epochs["epochs"].tolist()
    all_figures = json.loads(str(epochs["figures"]))
    points = [*epochs["embeddings"], epochs["last"]]
    for number, embeddings, figures in zip(numbers, points, all_figures, strict=True):
        run.write_epoch(EpochRecord(epoch=number, embeddings=embeddings.astype(np.float32), figures=figures))
    for method in MAPS:
        _unpack_map(_arrays(contents[f"maps/{method}.npz"]), numbers, method, run)


def _unpack_map(maps: Mapping[str, np.ndarray], numbers: list[int], method: str, run: RunFolder) -> None:
    rows = zip(numbers, maps["positions"], maps["trustworthiness"], maps["notes"], strict=True)
    for number, positions, trust, note in rows:
        record = MapRecord(epoch=number, positions=positions, trustworthiness=float(trust), note=str(note) or None)
        run.write_map(method, record)
    if int(maps["basis"]) >= 0:
        files.write_json(run.path / "maps" / method / "basis.json", {"epoch": int(maps["basis"])})


def _picture(thumbnails: np.ndarray | None) -> bytes:
    """Put (T, S, S, 3) thumbnails side by side into one WebP picture."""
    if thumbnails is None:
        raise ValueError("the run has no thumbnails: train it first")
    buffer = io.BytesIO()
    Image.fromarray(as_sheet(thumbnails, _COLUMNS)).save(buffer, "WEBP", quality=_QUALITY, method=6)
    return buffer.getvalue()


def _pictures(data: bytes, count: int) -> np.ndarray:
    """Cut the picture of ``_picture`` up again."""
    return cut_sheet(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), _COLUMNS, count)


def _npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode()


def make(runs: Path, faces_root: Path, archive: Path, report: Any = None) -> dict[str, Any]:
    """Train the example, draw its maps and write the file that ships: ``python -m facenet_core example``."""
    from facenet_core.runs.advance import move_run
    from facenet_core.runs.maps import draw_maps
    from facenet_core.runs.storage import create_run

    started = time.perf_counter()
    run = create_run(runs, CONFIG, name=NAME)
    move_run(run, faces_root, report)
    for method in MAPS:
        draw_maps(str(run.path), method)
    size = pack(run, archive)
    return {"run": run.id, "file": str(archive), "bytes": size, "seconds": round(time.perf_counter() - started, 1)}
