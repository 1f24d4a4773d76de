"""A run and its baselines on the same pairs: measured by a worker, kept with the run, with intervals over people."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from facenet_core import files
from facenet_core.runs.job_status import JobStatus, Reporter, telling
from facenet_core.runs.jobs.factor_effects import weights_of
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.baseline_bench import GROUPS, OWN, Bench

FORMAT = 1
FILE = "baselines.json"
PLAIN = {"raw pixels": "Raw pixels", "eigenfaces": "Eigenfaces (PCA)"}


def measure_baselines(path: str, run_path: str, faces_root: str, others: Mapping[str, str]) -> str:
    """Measure a run, its baselines, Eigenfaces and raw pixels on the same faces; for ``start_job``.

    Args:
        path: The job's file.
        run_path: The run's folder; what comes out is kept there.
        faces_root: Where prepared sets are kept.
        others: Folder of the trained run of each other loss.
    """

    def work(report: Reporter) -> dict[str, Any]:
        def tell(done: int, total: int, what: str) -> None:
            report.tell(JobStatus(state="running", done=done, total=total, what="methods measured", message=what))

        return {"methods": list(measure(RunFolder(Path(run_path)), Path(faces_root), others, tell)["methods"])}

    return telling(path, "Every method is measured.", work)


def measure(
    run: RunFolder,
    faces_root: Path,
    others: Mapping[str, str],
    tell: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> dict[str, Any]:
    """Do what ``measure_baselines`` does, here and now, and return what ``stored_baselines`` reads.

    Args:
        run: The run.
        faces_root: Where prepared sets are kept.
        others: Folder of the trained run of each other loss.
        tell: Called with methods done, methods in all, and a sentence; may raise to end it.

    Raises:
        RunDamaged: The run has no weights, its faces are gone, or a baseline is of other faces.
    """
    total = len(PLAIN) + 1 + len(others)
    bench = Bench(run, faces_root, lambda what: tell(0, total, what))
    for done, (name, points) in enumerate(bench.methods(others).items()):
        tell(done, total, f"Measuring {name}.")
        bench.take(name, *points())
    tell(total, total, "Putting the figures together.")
    result = {"format": FORMAT, **bench.result()}
    files.write_json(run.path / FILE, result)
    return result


def stored_baselines(run: RunFolder) -> dict[str, Any] | None:
    """Return what was measured; None where nothing was, or it cannot be read.

    ``groups`` holds for each of ``GROUPS`` None or ``faces``, ``of``, ``people``, ``pairs``, ``ahead`` (who is right
    most often, and the ``rivals`` that are not distinguishable from it) and ``methods``: for each
    method ``figures`` and ``differences`` to the run, by figure. ``methods`` holds what each is: ``run``, ``loss``,
    ``weights``, ``parameters``, ``classifier`` (its parameters, or None), ``images_shown``, ``seconds``, ``top_1``.
    """
    try:
        values: dict[str, Any] = files.read_json(run.path / FILE)
        fits = values["format"] == FORMAT and set(values["groups"]) == set(GROUPS) and OWN in values["methods"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return values if fits else None


def is_current(values: Mapping[str, Any], run: RunFolder, others: Mapping[str, str]) -> bool:
    """Return whether what was measured holds for the weights that the run and the others have now."""
    now = {OWN: weights_of(str(run.path))} | {loss: weights_of(path) for loss, path in others.items()}
    measured = {name: what["weights"] for name, what in values["methods"].items() if name not in PLAIN}
    return now == measured
