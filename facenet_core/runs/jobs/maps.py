"""What a page has done about maps: draw one with chosen settings, measure it, draw it again with other seeds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.map_config import MapSettings, key_of, read_key
from facenet_core.runs.job_status import JobStatus, Reporter, telling
from facenet_core.runs.maps import Progress, draw_maps, seed_of, settings_of, turn_of
from facenet_core.runs.records import RunDamaged, RunMissing
from facenet_core.runs.storage import RunFolder

TRUST_NEIGHBOURS = 10
OTHER_SEEDS = 4
KEPT = "Cancelled: what was drawn before is still there."


def draw_chosen_map(
    path: str, run_path: str, method: str, dimensions: int, settings: Mapping[str, Any], neighbours: int
) -> str:
    """Draw a map of a run with chosen settings and measure it, as a job; its result names the map.

    Args:
        path: The job's file.
        run_path: The run's folder.
        method: A name in ``MAPS``.
        dimensions: 2 or 3.
        settings: As ``MapSettings.to_json`` writes them.
        neighbours: How many neighbours of each face are compared.
    """

    def work(report: Reporter) -> dict[str, Any]:
        run = _open(run_path)
        key = begin_map(run, method, dimensions, MapSettings.from_json(settings))
        draw_maps(run_path, key, _teller(report))
        measure_map(run_path, key, neighbours, _teller(report))
        return {"map": key}

    return telling(path, "The map is drawn.", work, cancelled=KEPT)


def begin_map(run: RunFolder, method: str, dimensions: int, settings: MapSettings) -> str:
    """Return the name of a map with these settings, and store them under it.

    Raises:
        ValueError: There is no such method, or a variant of other settings happens to have that name.
    """
    if settings.seed == seed_of(run):
        settings = MapSettings.from_json({n: v for n, v in settings.to_json().items() if n != "seed"})
    key, kept = key_of(method, dimensions, settings)
    if key.method == "pca" and kept.basis_epoch is not None and kept.basis_epoch not in run.epochs():
        raise ValueError(f"This run has no epoch {kept.basis_epoch} to take the axes of: choose one that it has.")
    if key.variant and run.map_settings(str(key)) != kept.to_json():
        if run.map_epochs(str(key)):
            raise ValueError("Other settings have the same short name by chance: change one of them a little.")
        run.write_map_settings(str(key), kept.to_json())
    return str(key)


def measure_map(run_path: str, key: str, neighbours: int = TRUST_NEIGHBOURS, progress: Progress | None = None) -> int:
    """Measure how far every face of a map can be trusted, where that is not stored yet; return the epochs measured.

    The run keeps it as ``trust/<neighbours>``: ``epochs`` (E,), ``stamps`` (E,) of the maps that were measured,
    ``trustworthiness``, ``continuity`` and ``kept`` (E, N), and ``moves`` (E,), NaN for the first epoch.

    Raises:
        RunMissing: The run or the map is not there.
        ValueError: There are too many faces to compare, or ``neighbours`` is below 1.
    """
    from facenet_core.projection import TRUSTED_UP_TO, face_trust, moves, one_thread

    run, name = _open(run_path), f"trust/{neighbours}"
    epochs = run.map_epochs(key)
    if not epochs:
        raise RunMissing(f"Run {run.id} has no {key} map yet: draw it first.")
    stamps = [run.map_stamp(key, epoch) for epoch in epochs]
    known = _known(run, key, name)
    maps = [run.map(key, epoch).positions for epoch in epochs]
    if len(maps[0]) > TRUSTED_UP_TO:
        raise ValueError(f"{len(maps[0]):,} faces are too many to compare all of them: at most {TRUSTED_UP_TO:,} are.")
    measured, fresh = [], 0
    for number, (epoch, stamp, positions) in enumerate(zip(epochs, stamps, maps, strict=True)):
        row = known.get((epoch, stamp))
        if row is None or row.shape != (3, len(positions)):
            if progress is not None:
                progress(number, len(epochs), "epochs measured")
            with turn_of(run), one_thread():
                found = face_trust(run.epoch(epoch).embeddings, positions, neighbours)
            row, fresh = np.stack([found.trustworthiness, found.continuity, found.kept]).astype(np.float32), fresh + 1
            if progress is not None:
                progress(number + 1, len(epochs), "epochs measured")
        measured.append(row)
    if fresh or len(known) != len(epochs):
        table = np.stack(measured)
        run.write_map_arrays(
            key,
            name,
            epochs=np.array(epochs),
            stamps=np.array(stamps, np.int64),
            trustworthiness=table[:, 0],
            continuity=table[:, 1],
            kept=table[:, 2],
            moves=np.concatenate([[np.nan], moves(maps)]),
        )
    return fresh


def _known(run: RunFolder, key: str, name: str) -> dict[tuple[int, int], np.ndarray]:
    try:
        arrays = run.map_arrays(key, name)
    except RunDamaged:  # it is measured again
        arrays = None
    if arrays is None:
        return {}
    table = np.stack([arrays["trustworthiness"], arrays["continuity"], arrays["kept"]], axis=1)
    names = zip(arrays["epochs"].tolist(), arrays["stamps"].tolist(), strict=True)
    return dict(zip(names, table, strict=True))


def draw_other_seeds(path: str, run_path: str, key: str, epoch: int, seeds: int = OTHER_SEEDS) -> str:
    """Draw the map of one epoch anew with other seeds, as a job.

    Each begins at random positions, so that the seed decides whatever the embeddings do not, and is laid over the
    stored map. The run keeps them as ``seeds/<epoch>``: ``positions`` (S, N, d), ``jitter`` (N,) and the map's
    ``stamp``.

    Args:
        path: The job's file.
        run_path: The run's folder.
        key: The map's name.
        epoch: Which epoch.
        seeds: How many.
    """

    def work(report: Reporter) -> dict[str, Any]:
        from facenet_core.projection import align_rigid, draw_map, jitter

        run, tell = _open(run_path), _teller(report)
        shown, stamp = run.map(key, epoch).positions, run.map_stamp(key, epoch)
        settings, embeddings = settings_of(run, key).to_json(), run.epoch(epoch).embeddings
        own = settings.pop("seed", seed_of(run))
        if read_key(key).method == "pca":
            raise ValueError("Principal components have no seed: this map always comes out the same.")
        others = []
        for number in range(1, seeds + 1):
            tell(number - 1, seeds, "seeds drawn")
            seed = (own + 1000 * number) % 2**32
            with turn_of(run):
                drawn = draw_map(
                    key, embeddings, seed=seed, settings=MapSettings.from_json(settings), random_start=True
                )
            others.append(align_rigid(drawn.positions, shown))
        tell(seeds, seeds, "seeds drawn")
        run.write_map_arrays(
            key,
            f"seeds/{epoch:04}",
            positions=np.stack(others),
            jitter=jitter(shown, others).astype(np.float32),
            stamp=np.array(stamp, np.int64),
        )
        return {"map": key, "epoch": epoch}

    return telling(path, "The other seeds are drawn.", work, cancelled=KEPT)


def _open(run_path: str) -> RunFolder:
    run = RunFolder(Path(run_path))
    if not run.path.is_dir():
        raise RunMissing(f"There is no run {run.id}: it may have been deleted.")
    return run


def _teller(report: Reporter) -> Progress:
    def tell(done: int, total: int, what: str) -> None:
        words = f"{done:,} of {total:,} {what}."
        report.tell(JobStatus(state="running", done=done, total=total, what=what, message=words))

    return tell
