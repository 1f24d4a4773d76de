"""How often pictures of the same kind are called unlike the faces behind a threshold, and pictures of another kind are.

The network is the example's, trained on the synthetic class. Where ``../shared/faces`` is there, photographs take part.
"""

from pathlib import Path

import numpy as np
import pytest

from facenet_core.evaluation.verification.distance_profile import compare, distance_profile
from facenet_core.faces import read_picture
from facenet_core.faces.synthetic import draw_face
from facenet_core.runs.example_run import install
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.storage import list_runs
from tests.benchmarks.real_faces import FACES

BEHIND, AT_HAND = (10, 20), (2, 3, 5, 10, 20)
DRAWS, MOST_FALSE_ALARMS = 30, 0.05
Faces = tuple[np.ndarray, np.ndarray]  # (N, D) embeddings, (N,) codes of people


def _synthetic() -> tuple[np.ndarray, list[str]]:
    people = [(person, number) for person in range(60) for number in range(6)]
    return np.stack([draw_face(*one, seed=77) for one in people]), [str(person) for person, _ in people]


def _photographs(folder: Path, most: int, each: int) -> tuple[np.ndarray, list[str]]:
    files = [sorted(person.iterdir()) for person in sorted(folder.iterdir()) if person.is_dir()]
    chosen = [file for own in [own for own in files if len(own) >= each][:most] for file in own[:each]]
    return np.stack([read_picture(file) for file in chosen]), [file.parent.name for file in chosen]


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Faces]:
    if not FACES.is_dir():
        pytest.skip("the photographs of ../shared/faces are not here")
    runs = tmp_path_factory.mktemp("data") / "runs"
    install(runs)
    run = str(list_runs(runs)[0].path)
    pictures = {
        "synthetic": _synthetic(),
        "ORL": _photographs(FACES / "orl", 40, 10),
        "LFW": _photographs(FACES / "lfw110" / "images", 120, 6),
    }
    dark, names = pictures["synthetic"]
    pictures["synthetic in the dark"] = (dark * 0.2).astype(np.uint8), names
    return {
        name: (embed_photos(run, images), np.unique(people, return_inverse=True)[1])
        for name, (images, people) in pictures.items()
    }


def _some(faces: Faces, people: np.ndarray) -> Faces:
    rows = np.flatnonzero(np.isin(faces[1], people))
    return faces[0][rows], faces[1][rows]


@pytest.mark.parametrize("name", ["synthetic", "ORL", "LFW"])
def test_people_of_the_same_set_are_seldom_called_unlike(sets, name):
    chance, faces = np.random.default_rng(1), sets[name]
    count = int(faces[1].max()) + 1
    alarms, draws = 0, 0
    for behind in BEHIND:
        for at_hand in (size for size in AT_HAND if behind + size <= count):
            found = 0
            for _ in range(DRAWS):
                order = chance.permutation(count)
                profile = distance_profile(*_some(faces, order[:behind]), seed=int(chance.integers(1_000_000)))
                found += compare(profile, *_some(faces, order[behind : behind + at_hand])).unlike
            print(f"{name}: {behind} people behind the threshold, {at_hand} at hand: {found / DRAWS:.3f} false alarms")
            alarms, draws = alarms + found, draws + DRAWS
    print(f"{name}: {alarms / draws:.3f} false alarms in {draws} draws")
    assert alarms / draws <= MOST_FALSE_ALARMS


@pytest.mark.parametrize("name", ["synthetic in the dark", "ORL", "LFW"])
def test_pictures_of_another_kind_are_called_unlike(sets, name):
    chance, own, other = np.random.default_rng(2), sets["synthetic"], sets[name]
    profile = distance_profile(*_some(own, chance.permutation(60)[:20]))
    for at_hand in AT_HAND:
        found = [
            compare(profile, *_some(other, chance.permutation(int(other[1].max()) + 1)[:at_hand])).unlike
            for _ in range(20)
        ]
        print(f"{name} under a network of the synthetic class, {at_hand} people: warned in {np.mean(found):.2f}")
        assert at_hand < 10 or np.mean(found) == 1
    unnamed = compare(profile, other[0])
    print(f"{name}, all {len(other[0])} pictures without names: gap {unnamed.gap:.2f}, by chance {unnamed.chance:.2f}")
    assert unnamed.unlike
