"""Grouping as many faces as LFW has, in a process of its own each time.

pytest tests/benchmarks/test_clustering_speed.py --benchmark-only
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from facenet_core.evaluation.clustering.methods import CLUSTERINGS

ROOT = Path(__file__).parents[2]
FACES, PEOPLE, ALONE, SIZE = 13_232, 5_749, 4_069, 128
SECONDS, BYTES = 60, 2_000_000_000

ONE_METHOD = """
import json, resource, sys, time
from tests.benchmarks.test_clustering_speed import like_lfw, SIZE
from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.scores import score_groups
embeddings, people = like_lfw()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
began = time.perf_counter()
found = group_faces(embeddings, sys.argv[1], people=len(set(people.tolist())))
seconds = time.perf_counter() - began
began = time.perf_counter()
scores = score_groups(found.at(0.9), people)
print(json.dumps({
    "seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "before": before,
    "cut_and_score": time.perf_counter() - began, "found": scores.found,
    "f": scores.pair_f, "b_cubed": scores.b_cubed_f,
}))
"""


def like_lfw(seed=0):
    """Return embeddings and people with LFW's sizes: most people have one picture, a few have hundreds."""
    random = np.random.default_rng(seed)
    share = random.pareto(1.2, PEOPLE - ALONE) + 0.2
    extra = np.floor((FACES - ALONE - 2 * (PEOPLE - ALONE)) * share / share.sum()).astype(int)
    counts = np.concatenate([np.ones(ALONE, int), 2 + extra])
    counts[-1] += FACES - counts.sum()
    people = random.permutation(np.repeat(np.arange(PEOPLE), counts))
    points = random.normal(size=(PEOPLE, SIZE))[people] + 0.75 * random.normal(size=(FACES, SIZE))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), people


@pytest.mark.parametrize("method", CLUSTERINGS)
def test_all_of_lfw(benchmark, method):
    def run() -> dict:
        done = subprocess.run(
            [sys.executable, "-c", ONE_METHOD, method], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    figures = benchmark.pedantic(run, rounds=1)
    print(f"\n{method}: {figures['seconds']:.1f} s, peak {figures['peak'] / 1e6:,.0f} MB, {figures}")
    benchmark.extra_info.update(figures)
    assert figures["seconds"] <= SECONDS
    assert figures["peak"] <= BYTES
