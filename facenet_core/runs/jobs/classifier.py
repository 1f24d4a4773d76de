"""The classifier of a run that was trained as one: read from its checkpoint, and asked about held-out images."""

import hashlib
import time
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core import files
from facenet_core.choices import LOSSES
from facenet_core.evaluation.recognition.classifier_answers import Classifier, classify_group
from facenet_core.faces import open_faces, split_faces
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.storage import RunFolder

CLASSIFIERS = ("softmax", "arcface")


def has_classifier(run: RunFolder) -> bool:
    """Return whether the run learns by way of a classifier."""
    return run.record().config.loss in CLASSIFIERS


def read_classifier(run: RunFolder) -> Classifier:
    """Return the classifier as the run's checkpoint has it; no network is needed.

    Its people are numbers of the run's face set.

    Raises:
        ValueError: The run has none.
        RunDamaged: The checkpoint is missing or cannot be read.
    """
    config = run.record().config
    if config.loss not in CLASSIFIERS:
        label = LOSSES[config.loss].label if config.loss in LOSSES else config.loss
        raise ValueError(
            f"Run {run.id} has no classifier, it learned with {label}: choose one with softmax or ArcFace."
        )
    try:
        tensors = _head(run)
    except RunDamaged:  # a training run may be replacing its checkpoint just now
        time.sleep(0.1)
        tensors = _head(run)
    return Classifier(
        people=tensors["people"],
        weight=tensors["weight"],
        bias=tensors.get("bias", np.zeros(0, np.float32)),
        scale=config.logit_scale,
    )


def _head(run: RunFolder) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    folder = run.path / "checkpoint"
    try:
        entry = files.read_json(folder / "state.json")["files"]["head"]
        data = (folder / Path(entry["file"]).name).read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise ValueError("digest differs")
        tensors: dict[str, np.ndarray] = load(data)
        if not {"people", "weight"} <= set(tensors):
            raise KeyError("people or weight")
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise RunDamaged(
            f"The classifier of run {run.id} is missing or damaged: wait for its first epoch, or train it anew."
        ) from error
    return tensors


def classify_held_out(run_path: str, faces_root: str) -> dict[str, Any]:
    """Measure a run's classifier on the held-out images of its people; for ``Engine.ask``.

    Args:
        run_path: The run's folder.
        faces_root: Where prepared sets are kept.

    Returns:
        ``images``, ``people``, ``right``, ``accuracy`` (None without held-out images), ``interval`` (low and high, or
        None), ``classes``, and ``parameters`` of the last layer.

    Raises:
        ValueError: The run has no classifier.
        RunDamaged: Its checkpoint cannot be read.
        FacesError: Its faces are no longer there.
    """
    run = RunFolder(Path(run_path))
    record = run.record()
    classifier = read_classifier(run)
    if record.fingerprint is None:
        raise RunDamaged("This run has not begun: wait for its first epoch.")
    faces, wanted = open_faces(record.fingerprint, root=Path(faces_root)), record.config.faces
    split = split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )
    held_out = split.held_out
    embeddings = embed_photos(run_path, faces.read(held_out))
    if not len(held_out):
        embeddings = embeddings.reshape(0, classifier.weight.shape[1])
    found = classify_group(embeddings, faces.people[held_out], classifier, seed=record.config.seed)
    return {
        "images": found.images,
        "people": found.people,
        "right": found.right,
        "accuracy": found.accuracy,
        "interval": None if found.interval is None else list(found.interval),
        "classes": len(classifier.people),
        "parameters": classifier.parameters,
    }
