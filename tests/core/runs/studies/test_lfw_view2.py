"""How long a fold of View 2 is trained."""

from pathlib import Path

import numpy as np
import pytest

from facenet_core.config import TrainingConfig
from facenet_core.evaluation.lfw.protocol import View2Protocol
from facenet_core.faces import FaceSet, split_faces
from facenet_core.runs.studies.lfw_view2 import IMAGES_SHOWN, Plan
from facenet_core.triplets.sampler import PeopleSampler

FOLDS, PEOPLE = 10, 60


@pytest.fixture(scope="module")
def faces():
    """People of whom most have two images, as in LFW; nobody looks at the images."""
    counts = np.random.default_rng(0).choice([2, 2, 2, 3, 7, 30], FOLDS * PEOPLE)
    people = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return FaceSet(
        images=np.broadcast_to(np.uint8(0), (len(people), 110, 110, 3)),
        people=people,
        names=tuple(f"person {person:04}" for person in range(len(counts))),
        files=tuple(f"{number}.png" for number in range(len(people))),
        source="folder",
        fingerprint="0" * 16,
        folder=Path(),
    )


def test_a_fold_is_shown_as_many_images_as_it_may_be_and_no_more(faces):
    names = np.reshape(faces.names, (FOLDS, PEOPLE))
    protocol = View2Protocol(
        people=[[(name, 2) for name in fold] for fold in names.tolist()], pairs=[None] * FOLDS, digest=""
    )
    config = TrainingConfig(images_per_person=3, seed=4)
    plan = Plan(protocol=protocol, config=config, threshold_from="held-back", epochs_given=False, batch_given=False)

    config = plan.config_of(3, faces)

    split = split_faces(faces, people_list=config.faces.people_list, seed=config.seed)
    batch = config.people_per_batch * config.images_per_person
    steps = config.epochs * max(1, round(len(split.seen) / batch))
    sampler = PeopleSampler.for_training(faces.people[split.seen], config)
    shown = sum(len(sampler.draw()) for _ in range(steps))
    assert 0.97 * IMAGES_SHOWN < shown <= IMAGES_SHOWN
