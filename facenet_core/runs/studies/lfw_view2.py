"""View 2 as a study: a run for each fold, taken up where it stands, and what came out as one JSON file."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core import files
from facenet_core.config import TrainingConfig
from facenet_core.evaluation.lfw.files import pictures_by_name, pictures_needed
from facenet_core.evaluation.lfw.protocol import View2Protocol
from facenet_core.evaluation.lfw.view2 import View2Fold, measure_fold
from facenet_core.faces import FaceSet, split_faces
from facenet_core.runs.records import RunRequest
from facenet_core.runs.run_collapse import collapse_of
from facenet_core.runs.storage import RunFolder, create_run, list_runs, open_run

FORMAT = 1
IMAGES_SHOWN = 400_000  # for each fold, where no number of epochs is asked for
PEOPLE_PER_BATCH = 40
_READ_AT_ONCE = 512
_LUCK = 0.002  # how many more images than expected the draws of a whole training may show, at the very most


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that decides a study.

    Attributes:
        protocol: The folds.
        config: What every fold trains with, but for its people; a mirrored picture is a matter of measuring.
        threshold_from: One of ``THRESHOLDS_FROM``.
        epochs_given: Whether ``config.epochs`` was asked for; else as many as ``IMAGES_SHOWN`` allows.
        batch_given: Whether ``config.people_per_batch`` was asked for; else ``PEOPLE_PER_BATCH`` or everybody.
    """

    protocol: View2Protocol
    config: TrainingConfig
    threshold_from: str
    epochs_given: bool
    batch_given: bool

    @property
    def study(self) -> str:
        """The study's name: the same wish, the same study."""
        values = self.config.to_json()
        if not self.epochs_given:
            values["epochs"] = IMAGES_SHOWN
        del values["mirror"]
        wish = json.dumps([values, self.protocol.digest, self.threshold_from], sort_keys=True)
        return f"view2-{hashlib.sha256(wish.encode()).hexdigest()[:10]}"

    def config_of(self, fold: int, faces: FaceSet) -> TrainingConfig:
        """Return what a fold trains with."""
        names = self.protocol.trained_on(fold, self.threshold_from)
        config = replace(self.config, faces=replace(self.config.faces, people_list=names))
        split = split_faces(faces, people_list=names, seed=config.seed)
        if not self.batch_given:
            config = replace(config, people_per_batch=max(2, min(PEOPLE_PER_BATCH, len(split.people_seen))))
        if not self.epochs_given:
            people = config.people_per_batch or PEOPLE_PER_BATCH
            steps = max(1, round(len(split.seen) / (people * config.images_per_person)))  # as the trainer has it
            brought = np.bincount(faces.people[split.seen])[split.people_seen].clip(max=config.images_per_person)
            shown = steps * people * float(brought.mean())  # in an epoch, give or take a few
            config = replace(config, epochs=max(1, int((1 - _LUCK) * IMAGES_SHOWN / shown)))
        return config


class Study:
    """The folds of a plan that were trained and measured, kept in ``RUNS/.studies/NAME.json``."""

    def __init__(self, runs: Path, plan: Plan) -> None:
        """Open a study, or begin it.

        Raises:
            ValueError: Its file cannot be read.
        """
        self.plan, self._runs = plan, runs
        self.path = runs / ".studies" / f"{plan.study}.json"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._folds: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            try:
                values = files.read_json(self.path)
                if int(values["format"]) > FORMAT:
                    raise ValueError("it was written by a newer version")
                self._folds = dict(values["folds"])
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(
                    f"{self.path} cannot be read ({error}): delete it, finished runs are found and measured again"
                ) from error

    def result(self, fold: int, *, mirror: bool) -> dict[str, Any] | None:
        """Return what a fold came to, with its run; None where it is still to be measured."""
        entry = self._folds.get(str(fold))
        return entry if entry is not None and entry.get("mirror") == mirror and "measured" in entry else None

    def measured(self, fold: int) -> View2Fold:
        """Return the figures of a fold that has a result."""
        return View2Fold.from_json(self._folds[str(fold)]["measured"])

    def run_of(self, fold: int) -> RunFolder | None:
        """Return the run of a fold, also one whose name a kill kept from being written down."""
        entry, name = self._folds.get(str(fold), {}), self.name_of(fold)
        if "run" in entry and (self._runs / entry["run"]).is_dir():
            return open_run(self._runs, entry["run"])
        return next((run for run in list_runs(self._runs) if _name(run) == name), None)

    def name_of(self, fold: int) -> str:
        """Return what the run of a fold is called."""
        return f"LFW View 2, fold {fold} of {len(self.plan.protocol)} ({self.plan.study})"

    def begin(self, fold: int, faces: FaceSet) -> RunFolder:
        """Return the run of a fold, new or taken up, asked to go on to its end."""
        run = self.run_of(fold)
        if run is None:
            run = create_run(self._runs, self.plan.config_of(fold, faces), name=self.name_of(fold))
        else:
            run.write_request(RunRequest(**run.request().changes()))  # it may have been asked to rest
        self._keep(fold, {"run": run.id})
        return run

    def measure(self, fold: int, run: RunFolder, faces: FaceSet, *, mirror: bool) -> None:
        """Measure a fold with its trained run and keep what came out."""
        from facenet_core.training import embed_images, restore_network

        plan, record, status = self.plan, run.record(), run.status()
        network = restore_network(record.config, run.path / "checkpoint")
        wanted = set(pictures_needed(plan.protocol.pairs))
        rows = {picture: row for picture, row in pictures_by_name(faces.files).items() if picture in wanted}
        places = np.array(sorted(rows.values()), np.int64)
        parts = [
            embed_images(network, faces.read(places[top : top + _READ_AT_ONCE]), mirror=mirror)
            for top in range(0, len(places), _READ_AT_ONCE)
        ]
        embeddings = np.concatenate(parts) if parts else np.zeros((0, record.config.embedding_size), np.float32)
        lookup = {picture: int(np.searchsorted(places, row)) for picture, row in rows.items()}
        chosen_on = plan.protocol.chosen_on(fold, plan.threshold_from)
        found = measure_fold(plan.protocol.pairs, fold, chosen_on, lookup, embeddings)
        self._keep(
            fold,
            {
                "run": run.id,
                "mirror": mirror,
                "people": record.people,
                "images": record.images,
                "images_shown": status.images_shown,
                "epochs": status.epoch,
                "seconds": round(status.seconds, 1),
                "threshold_from_folds": list(chosen_on),
                "notes": [*record.notes, *([words] if (words := collapse_of(run).words) else [])],
                "measured": found.to_json(),
            },
        )

    def _keep(self, fold: int, entry: dict[str, Any]) -> None:
        self._folds[str(fold)] = entry
        files.write_json(self.path, {"format": FORMAT, "study": self.plan.study, "folds": self._folds})


def _name(run: RunFolder) -> str | None:
    try:
        return run.record().name
    except ValueError:  # damaged, or of a newer version
        return None
