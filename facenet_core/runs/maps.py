"""Maps of a run's epochs: positions of the tracked faces, drawn as the epochs appear."""

import contextlib
import math
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core import files
from facenet_core.map_config import MAP_METHODS, MapSettings, read_key
from facenet_core.runs.cpu_turns import Turnstile
from facenet_core.runs.records import MapRecord, RunMissing
from facenet_core.runs.storage import RunFolder

if TYPE_CHECKING:
    from facenet_core.projection import FaceMap

__all__ = ["MAP_METHODS", "check_method", "draw_maps", "map_outdated", "maps_missing"]

Progress = Callable[[int, int, str], None]


def draw_maps(run_path: str, method: str, progress: Progress | None = None) -> int:
    """Draw the maps that a run's epochs still lack, in order; return how many were drawn.

    Each UMAP and t-SNE starts from the one before. PCA looks along the axes of one epoch, so that nothing moves but
    the faces; as the run gets on, that epoch is replaced by a later one and all maps are drawn anew. A polished map
    belongs to all epochs together: it is drawn anew when there are others, and replaces the old one when it is done.
    Ended at any point and called again, it goes on or begins again; what was there stays readable.

    Args:
        run_path: The run's folder.
        method: The map's name; one of a variant must have its settings stored.
        progress: Called with (done, total, what); an exception from it ends the work.

    Raises:
        RunMissing: A variant of which the run has no settings.
        ValueError: There is no such method.
    """
    run, key = RunFolder(Path(run_path)), read_key(method)
    if not run.path.is_dir():
        return 0
    if key.variant and not run.map_settings(method):
        raise RunMissing(f"Run {run.id} has no settings of the map {method}: choose them and draw it again.")
    tell = progress or (lambda done, total, what: None)
    draw = {"pca": _draw_pca, "umap-polished": _draw_together}.get(key.method, _draw_one_by_one)
    return draw(run, method, tell)


def maps_missing(run: RunFolder, method: str) -> bool:
    """Return whether ``draw_maps`` is to be called by itself: a polished map is drawn only when somebody asks."""
    return read_key(method).method != "umap-polished" and map_outdated(run, method)


def map_outdated(run: RunFolder, method: str) -> bool:
    """Return whether ``draw_maps`` has something to do."""
    epochs, done = run.epochs(), run.map_epochs(method)
    if read_key(method).method == "umap-polished":
        return epochs != done
    if set(epochs) - set(done):
        return True
    return method.startswith("pca") and bool(epochs) and _basis_outdated(run, method, epochs[-1])


def settings_of(run: RunFolder, method: str) -> MapSettings:
    """Return what was chosen for a map."""
    return MapSettings.from_json(run.map_settings(method))


def _draw_one_by_one(run: RunFolder, method: str, tell: Progress) -> int:
    from facenet_core.projection import draw_map

    done, settings = run.map_epochs(method), settings_of(run, method)
    missing = [epoch for epoch in run.epochs() if epoch not in done]
    for number, epoch in enumerate(missing):
        tell(number, len(missing), "epochs drawn")
        earlier = [e for e in run.map_epochs(method) if e < epoch]
        previous = run.map(method, earlier[-1]).positions if earlier else None
        embeddings = run.epoch(epoch).embeddings
        alone = read_key(method).method == "tsne-refit"
        seed = (seed_of(run) + epoch) % 2**32 if alone else seed_of(run)
        with turn_of(run):
            drawn = draw_map(method, embeddings, previous=previous, seed=seed, settings=settings, random_start=alone)
        run.write_map(method, _record(epoch, drawn))
    return len(missing)


def _draw_together(run: RunFolder, method: str, tell: Progress) -> int:
    """Draw a polished map beside the old one and put it in its place."""
    from facenet_core.projection import judged, options_of, polished_maps, why_not_umap

    epochs = run.epochs()
    if not epochs or not map_outdated(run, method):
        return 0
    started = time.perf_counter()
    tables = [run.epoch(epoch).embeddings for epoch in epochs]
    options = options_of(method, settings_of(run, method), seed_of(run))
    maps = polished_maps(tables, read_key(method).dimensions, progress=tell, **options)
    each = (time.perf_counter() - started) / len(epochs)
    making = f".making-{method}"
    shutil.rmtree(run.path / "maps" / making, ignore_errors=True)  # of one that was killed
    if chosen := run.map_settings(method):
        run.write_map_settings(making, chosen)
    for number, (epoch, table, positions) in enumerate(zip(epochs, tables, maps, strict=True)):
        tell(number, len(epochs), "epochs checked")
        judging = time.perf_counter() - each
        run.write_map(making, _record(epoch, judged(table, positions, why_not_umap(table), judging)))
    _put_in_place(run.path / "maps", making, method)
    return len(epochs)


def _put_in_place(folder: Path, making: str, method: str) -> None:
    old = folder / f".old-{method}"
    shutil.rmtree(old, ignore_errors=True)
    if (folder / method).exists():
        (folder / method).rename(old)
    (folder / making).rename(folder / method)
    shutil.rmtree(old, ignore_errors=True)
    files.sync_folder(folder)


def _draw_pca(run: RunFolder, method: str, tell: Progress) -> int:
    from facenet_core.projection import draw_map, fixed_basis

    epochs = run.epochs()
    if not epochs:
        return 0
    outdated, wanted = _basis_outdated(run, method, epochs[-1]), settings_of(run, method).basis_epoch
    basis_epoch = run.map_version(method) if not outdated else epochs[-1] if wanted is None else wanted
    basis = fixed_basis(run.epoch(basis_epoch).embeddings, method)
    done = [] if outdated else run.map_epochs(method)
    missing = [epoch for epoch in epochs if epoch not in done]
    for number, epoch in enumerate(missing):
        tell(number, len(missing), "epochs drawn")
        run.write_map(method, _record(epoch, draw_map(method, run.epoch(epoch).embeddings, basis=basis)))
    if missing:
        files.write_json(run.path / "maps" / method / "basis.json", {"epoch": basis_epoch})
    return len(missing)


def _basis_outdated(run: RunFolder, method: str, newest: int) -> bool:
    """Return whether the axes should be those of the newest epoch: twice as far, or the last of all."""
    basis, wanted = run.map_version(method), settings_of(run, method).basis_epoch
    if basis < 0 or wanted is not None:
        return basis != wanted
    return newest > basis and (newest >= 2 * basis or run.status().state == "finished")


@contextlib.contextmanager
def turn_of(run: RunFolder) -> Iterator[None]:
    """Hold a turn at the turnstile that the run's training uses, too, where it computes on the processor."""
    record = run.record()
    if record.device != "cpu" or not record.threads:
        yield
        return
    with contextlib.closing(Turnstile(record.threads)) as turnstile, turnstile.turn():
        yield


def seed_of(run: RunFolder) -> int:
    """Return the seed that decides a run's maps where their settings name none."""
    return run.record().config.seed % 2**32


def _record(epoch: int, drawn: "FaceMap") -> MapRecord:
    trust = math.nan if drawn.trustworthiness is None else drawn.trustworthiness
    return MapRecord(
        epoch=epoch, positions=drawn.positions, trustworthiness=trust, note=drawn.note, seconds=drawn.seconds
    )


def check_method(method: str) -> str:
    """Return ``method`` when there is such a map; raise ValueError otherwise."""
    read_key(method)
    return method
