"""A classifier beside an embedding: the same people, network, images shown and seed, and then new people come.

The embedding enrols them as it is. The classifier gets a row for each of them in its last layer and is trained again,
with everybody's photos.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces.synthetic import draw_set
from facenet_core.files import read_json, write_json
from facenet_core.runs.job_status import JobStatus, Reporter, telling
from facenet_core.runs.studies.softmax_sides import HELD_OUT, NEW_PEOPLE, Plan, Side, Story, measure_both

FORMAT = 1
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile)


PLANS = {10: Plan(images=8, epochs=15), 100: Plan(images=8, epochs=12), 1000: Plan(images=4, epochs=8)}


def count_parameters(config: dict[str, Any], people: list[int]) -> dict[str, Any]:
    """Count the trainable numbers of a network and of the last layers on it, from the modules themselves.

    For ``Engine.ask``.

    Args:
        config: A ``TrainingConfig`` as ``to_json`` writes it.
        people: Numbers of people, each at least 2.

    Returns:
        ``network`` and ``last_layer``, the latter one number for each of ``people``.
    """
    import torch

    from facenet_core.networks import build_network
    from facenet_core.triplets.batch_loss import build_batch_loss

    wanted = replace(TrainingConfig.from_json(config), loss="softmax")
    with torch.random.fork_rng(devices=[]):
        network = build_network(wanted.network, wanted.embedding_size, **wanted.network_options)
    heads = [build_batch_loss(wanted, np.arange(count)) for count in people]
    return {
        "network": sum(tensor.numel() for tensor in network.parameters()),
        "last_layer": [sum(tensor.numel() for tensor in head.parameters()) for head in heads],
    }


def tell_story(path: str, config: dict[str, Any], people: int, faces_root: str, stories: str) -> str:
    """Train both for one number of people, let new people come, and keep what came out; for ``Engine.start_job``.

    Args:
        path: The job's file.
        config: The ``TrainingConfig`` whose network and settings are used, as ``to_json`` writes it.
        people: A key of ``PLANS``.
        faces_root: Where prepared sets are kept.
        stories: The folder that keeps what came out.
    """
    plan = PLANS[people]

    def work(report: Reporter) -> dict[str, Any]:
        def drawn(done: int, total: int, what: str) -> None:
            report.tell(JobStatus(state="running", done=done, total=total, what=what, message=f"{done:,} {what}."))

        faces = draw_set(
            people=people + NEW_PEOPLE, images=plan.images + HELD_OUT, root=Path(faces_root), progress=drawn
        )
        found = measure_both(faces, story_config(config, people, plan), people, plan, _teller(report, plan, people))
        folder = Path(stories)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(story_file(folder, config, people), {"format": FORMAT, **asdict(found)})
        return {"people": people}

    return telling(path, "Both are trained.", work, "Cancelled: nothing of this comparison was kept.")


def _teller(report: Reporter, plan: Plan, people: int) -> Callable[[str, int, int], None]:
    parts = {"embedding": 0, "classifier": 1, "again": 2}
    words = {
        "embedding": "the embedding learns",
        "classifier": "the classifier learns the same people",
        "again": f"new people came: the classifier learns all {people + NEW_PEOPLE:,} again",
    }

    def tell(part: str, done: int, total: int) -> None:
        message = f"{parts[part] + 1} of 3: {words[part]}, step {done:,} of {total:,}."
        report.tell(
            JobStatus(state="running", done=parts[part] * total + done, total=3 * total, what="steps", message=message)
        )

    return tell


def story_config(config: dict[str, Any], people: int, plan: Plan) -> TrainingConfig:
    """Return the run's network and settings on the synthetic class, with triplets and semi-hard negatives."""
    own = TrainingConfig.from_json(config)
    return replace(
        own,
        faces=FacesConfig(source="synthetic", people=people, images=plan.images),
        loss="triplet",
        miner="semi-hard",
        people_per_batch=None,
        images_per_person=4,
        epochs=plan.epochs,
        step_points=False,
        device="cpu",
    )


def story_file(folder: Path, config: Mapping[str, Any], people: int) -> Path:
    """Return where a story of these settings is kept: faces, losses and lengths of runs do not matter to it."""
    wanted = story_config(dict(config), people, PLANS[people]).to_json()
    key = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:12]
    return folder / f"softmax-{people}-{key}.json"


def stored_story(folder: Path, config: Mapping[str, Any], people: int) -> Story | None:
    """Return what came out earlier; None where nothing did, or it cannot be read."""
    try:
        stored = read_json(story_file(folder, config, people))
        if stored.pop("format") != FORMAT:
            return None
        values = {field.name: stored[field.name] for field in fields(Story)}
        return Story(**values | {name: Side(**values[name]) for name in ("embedding", "classifier")})
    except _UNREADABLE:
        return None
