"""One run's faces, and what every method makes of them: points, and figures with intervals over people."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.evaluation import Difference, Resampled, compare_resampled, leading, raw_pixels, resample_group
from facenet_core.evaluation.pairs.group_pairs import choose_people
from facenet_core.evaluation.pictures.eigenfaces import Eigenfaces, fit_eigenfaces
from facenet_core.evaluation.recognition.classifier_answers import classify_group
from facenet_core.evaluation.verification.comparison import FIGURES
from facenet_core.faces import FacesError, FaceSet, FaceSplit, open_faces, split_faces
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.jobs.classifier import has_classifier, read_classifier
from facenet_core.runs.jobs.factor_effects import weights_of
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunDamaged, RunRecord
from facenet_core.runs.run_collapse import collapse_of
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.baselines import same_faces

OWN = "own"
GROUPS = ("unseen", "held_out")
MOST_FACES = 1_000  # of a group: half a million pairs, drawn 200 times for every method
MOST_LEARNED = 4_000  # pictures that Eigenfaces are fitted on
_AT_ONCE = 256

Tell = Callable[[str], None]
Points = dict[str, np.ndarray]  # group -> (n, D)


class Bench:
    """One run's faces, and the figures of every method on them.

    Args:
        run: The run that the others are compared with.
        faces_root: Where prepared sets are kept.
        tell: Called with a sentence while faces are prepared; may raise to end it.
    """

    def __init__(self, run: RunFolder, faces_root: Path, tell: Tell) -> None:
        self._run, self._record = run, run.record()
        self._seed = self._record.config.seed
        self._faces = _faces_of(self._record, faces_root, tell)
        self._split = _split_of(self._faces, self._record)
        self._groups = {name: self._some(getattr(self._split, name)) for name in GROUPS}
        self.taken: dict[str, dict[str, Resampled]] = {}
        self._about: dict[str, dict[str, Any]] = {}

    def methods(self, others: Mapping[str, str]) -> dict[str, Callable[[], tuple[Points, dict[str, Any]]]]:
        """Return what measures each method, in order."""
        trained = {OWN: str(self._run.path), **others}
        return {
            "raw pixels": lambda: (self._by_pixels(None), {}),
            "eigenfaces": self._eigenfaces,
            **{name: partial(self._network, path) for name, path in trained.items()},
        }

    def take(self, name: str, points: Points, about: dict[str, Any]) -> None:
        """Measure a method's points."""
        self._about[name] = about
        taken = {
            group: resample_group(points[group], self._people(chosen), seed=self._seed)
            for group, chosen in self._groups.items()
            if len(chosen) >= 2
        }
        if about.get("collapsed"):  # what is left of the distances of one point is chance
            taken = {group: replace(found, values={}) for group, found in taken.items()}
        self.taken[name] = taken

    def result(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "seed": self._seed,
            "methods": self._about,
            "groups": {group: self._group(group) for group in GROUPS},
        }

    def _group(self, group: str) -> dict[str, Any] | None:
        chosen = self._groups[group]
        if len(chosen) < 2:
            return None
        own = self.taken[OWN][group]
        return {
            "faces": len(chosen),
            "of": len(getattr(self._split, group)),
            "people": len(np.unique(self._faces.people[chosen])),
            "pairs": own.pairs,
            "ahead": _ahead({name: found[group] for name, found in self.taken.items()}),
            "methods": {
                name: {
                    "figures": _figures(found[group]),
                    "differences": {} if name == OWN else _differences(compare_resampled(own, found[group])),
                }
                for name, found in self.taken.items()
            },
        }

    def _some(self, indices: np.ndarray) -> np.ndarray:
        """Return all faces of a group, or those of people drawn at random where they are more than are compared."""
        if len(indices) <= MOST_FACES:
            return indices
        codes = np.unique(self._faces.people[indices], return_inverse=True)[1]
        chosen = choose_people(np.bincount(codes), MOST_FACES, np.random.default_rng(self._seed))
        some: np.ndarray = indices[chosen[codes]]
        return some

    def _people(self, indices: np.ndarray) -> list[str]:
        """Return names in the order of the people's numbers, so that the halves are those of the run's own figures."""
        return [f"{person:09d}" for person in self._faces.people[indices].tolist()]

    def _by_pixels(self, fitted: Eigenfaces | None) -> Points:
        places = {group: self._pixels(chosen) for group, chosen in self._groups.items()}
        if fitted is None:
            return places
        return {group: fitted.project(points, whiten=True) for group, points in places.items()}

    def _eigenfaces(self) -> tuple[Points, dict[str, Any]]:
        seen = self._split.seen
        chosen = np.sort(np.random.default_rng(self._seed).permutation(seen)[:MOST_LEARNED])
        fitted = fit_eigenfaces(self._pixels(chosen), self._record.config.embedding_size)
        return self._by_pixels(fitted), {"components": len(fitted.directions), "pictures": len(chosen)}

    def _pixels(self, indices: np.ndarray) -> np.ndarray:
        parts = [raw_pixels(self._faces.read(part)) for part in _parts(indices)]
        return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)

    def _network(self, path: str) -> tuple[Points, dict[str, Any]]:
        run = RunFolder(Path(path))
        if not same_faces(run.record(), self._record):
            raise RunDamaged(f"Run {run.id} learned from other faces: train this baseline again.")
        places = {group: self._embed(path, chosen) for group, chosen in self._groups.items()}
        for points in places.values():
            if not np.isfinite(points).all():
                raise RunDamaged(f"The embeddings of run {run.id} are not numbers: train it with a lower rate.")
        fallen = collapse_of(run)
        own = {"collapsed": fallen.sentence if fallen.now else None, "top_1": self._top_1(run, places["held_out"])}
        return places, _about(run) | own

    def _embed(self, path: str, indices: np.ndarray) -> np.ndarray:
        size = self._record.config.embedding_size
        parts = [embed_photos(path, self._faces.read(part)) for part in _parts(indices)]
        return np.concatenate(parts) if parts else np.zeros((0, size), np.float32)

    def _top_1(self, run: RunFolder, held_out: np.ndarray) -> dict[str, Any] | None:
        """Return how often a classifier names the right one of its people; None where the run has none."""
        if not has_classifier(run) or not len(held_out):
            return None
        people = self._faces.people[self._groups["held_out"]]
        found = classify_group(held_out, people, read_classifier(run), seed=self._seed)
        interval = None if found.interval is None else list(found.interval)
        return {"accuracy": found.accuracy, "interval": interval, "images": found.images}


def _faces_of(record: RunRecord, root: Path, tell: Tell) -> FaceSet:
    """Open the faces of a run; synthetic ones that were tidied away, or never drawn here, are drawn again."""
    if record.fingerprint is None:
        raise RunDamaged("This run has not begun: wait for its first epoch.")
    try:
        return open_faces(record.fingerprint, root=root)
    except FacesError as error:
        if record.config.faces.source == "synthetic":
            return prepare_once(
                record.config.faces,
                root=root,
                progress=lambda done, total, what: tell(f"Preparing the faces: {done:,} of {total:,} {what}."),
                waiting=lambda: tell("Preparing the faces, in another worker."),
            )
        raise RunDamaged(
            "The faces of this run are no longer prepared on this computer: prepare them again on the page Faces."
        ) from error


def _split_of(faces: FaceSet, record: RunRecord) -> FaceSplit:
    wanted = record.config.faces
    return split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )


def _about(run: RunFolder) -> dict[str, Any]:
    """Return what a trained run is, beside its figures."""
    import torch

    from facenet_core.networks import build_network

    config, status = run.record().config, run.status()
    with torch.random.fork_rng(devices=[]):
        network = build_network(config.network, config.embedding_size, **config.network_options)
    return {
        "run": run.id,
        "loss": config.loss,
        "weights": weights_of(str(run.path)),
        "parameters": sum(weights.numel() for weights in network.parameters()),
        "classifier": read_classifier(run).parameters if has_classifier(run) else None,
        "images_shown": status.images_shown,
        "seconds": status.seconds,
    }


def _ahead(measured: Mapping[str, Resampled]) -> dict[str, Any] | None:
    """Return who is right most often, and who is not distinguishable from it."""
    found = leading(measured)
    return None if found is None else {"name": found.name, "rivals": list(found.rivals)}


def _figures(found: Resampled) -> dict[str, Any]:
    return {
        figure: {"value": found.values[figure], "interval": _ends(found.interval(figure))}
        for figure in FIGURES
        if figure in found.values
    }


def _differences(found: Mapping[str, Difference]) -> dict[str, Any]:
    return {
        figure: {
            "value": difference.difference,
            "interval": _ends(difference.interval),
            "verdict": difference.verdict,
            "distinguishable": difference.distinguishable,
        }
        for figure, difference in found.items()
    }


def _ends(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [float(end) for end in interval]


def _parts(indices: np.ndarray) -> list[np.ndarray]:
    return [indices[start : start + _AT_ONCE] for start in range(0, len(indices), _AT_ONCE)]
