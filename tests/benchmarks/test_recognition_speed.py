"""How long galleries that grow to all of Labeled Faces in the Wild take, beside the matrix products in it.

pytest tests/benchmarks/test_recognition_speed.py --benchmark-only
"""

import resource
import time

import numpy as np

from facenet_core.evaluation import gallery_growth
from facenet_core.runs.jobs.whole_set import FARS

FACES, PEOPLE, SIZE = 13_232, 5_749, 128


def lfw_like(faces: int = FACES, people: int = PEOPLE) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(0)
    owners = np.sort(np.concatenate([np.arange(people), chance.integers(0, people, faces - people)]))
    points = (chance.normal(size=(people, SIZE))[owners] + chance.normal(size=(faces, SIZE))).astype(np.float32)
    return points / np.linalg.norm(points, axis=1, keepdims=True), owners


def test_growth_over_all_faces(benchmark):
    points, owners = lfw_like()
    double = points.astype(np.float64)
    started = time.perf_counter()
    for start in range(0, FACES, 300):  # the same products, nothing counted
        double[start : start + 300] @ double[:PEOPLE].T
    products = time.perf_counter() - started
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = benchmark.pedantic(lambda: gallery_growth(points, owners, FARS), rounds=1)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    benchmark.extra_info.update(products_s=round(products, 2), megabytes=round(more), pairs=found[0.1].pairs)
    assert more < 300
