"""Maps of a run's epochs: positions of the tracked faces, drawn as the epochs appear."""

import contextlib
import math
from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core import files
from facenet_core.runs.records import MapRecord
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.turns import Turnstile

if TYPE_CHECKING:
    from facenet_core.projection import FaceMap

MAP_METHODS = ("umap-2d", "umap-3d", "pca-2d", "pca-3d")


def draw_maps(run_path: str, method: str) -> int:
    """Draw the maps that a run's epochs still lack, in order; return how many were drawn.

    Each UMAP starts from the one before. PCA looks along the axes of one epoch, so that nothing moves but the
    faces; as the run gets on, that epoch is replaced by a later one and all maps are drawn anew.
    """
    run = RunFolder(Path(run_path))
    if not run.path.is_dir():
        return 0
    if method.startswith("pca"):
        return _draw_pca(run, method)
    return _draw_umap(run, method)


def maps_missing(run: RunFolder, method: str) -> bool:
    """Return whether ``draw_maps`` has something to do."""
    epochs = run.epochs()
    if set(epochs) - set(run.map_epochs(method)):
        return True
    return method.startswith("pca") and bool(epochs) and _basis_outdated(run, method, epochs[-1])


def _draw_umap(run: RunFolder, method: str) -> int:
    from facenet_core.projection import draw_map

    done = run.map_epochs(method)
    missing = [epoch for epoch in run.epochs() if epoch not in done]
    turnstile = _turnstile(run)
    for epoch in missing:
        earlier = [e for e in run.map_epochs(method) if e < epoch]
        previous = run.map(method, earlier[-1]).positions if earlier else None
        embeddings = run.epoch(epoch).embeddings
        with turnstile.turn() if turnstile else contextlib.nullcontext():
            drawn = draw_map(method, embeddings, previous=previous, seed=_seed(run))
        run.write_map(method, _record(epoch, drawn))
    return len(missing)


def _draw_pca(run: RunFolder, method: str) -> int:
    from facenet_core.projection import draw_map, fixed_basis

    epochs = run.epochs()
    if not epochs:
        return 0
    outdated = _basis_outdated(run, method, epochs[-1])
    basis_epoch = epochs[-1] if outdated else run.map_version(method)
    basis = fixed_basis(run.epoch(basis_epoch).embeddings, method)
    done = [] if outdated else run.map_epochs(method)
    missing = [epoch for epoch in epochs if epoch not in done]
    for epoch in missing:
        run.write_map(method, _record(epoch, draw_map(method, run.epoch(epoch).embeddings, basis=basis)))
    if missing:
        files.write_json(run.path / "maps" / method / "basis.json", {"epoch": basis_epoch})
    return len(missing)


def _basis_outdated(run: RunFolder, method: str, newest: int) -> bool:
    """Return whether the axes should be those of the newest epoch: twice as far, or the last of all."""
    basis = run.map_version(method)
    if basis < 0:
        return True
    return newest > basis and (newest >= 2 * basis or run.status().state == "finished")


def _turnstile(run: RunFolder) -> Turnstile | None:
    """Return the turnstile that the run's training uses, too; None where it does not compute on the processor."""
    record = run.record()
    return Turnstile(record.threads) if record.device == "cpu" and record.threads else None


def _seed(run: RunFolder) -> int:
    return run.record().config.seed % 2**32


def _record(epoch: int, drawn: "FaceMap") -> MapRecord:
    trust = math.nan if drawn.trustworthiness is None else drawn.trustworthiness
    return MapRecord(epoch=epoch, positions=drawn.positions, trustworthiness=trust, note=drawn.note)


def check_method(method: str) -> str:
    """Return ``method`` when there is such a map; raise ValueError otherwise."""
    if method not in MAP_METHODS:
        raise ValueError(f"method must be one of {', '.join(MAP_METHODS)}, got {method!r}")
    return method
