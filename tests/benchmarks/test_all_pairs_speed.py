"""All pairs of many faces beside listed pairs and scikit-learn, their growth and memory, and one probe in a gallery.

``python tests/benchmarks/test_all_pairs_speed.py`` prints the table of docs/benchmarks.md. The faces are made: as many
pictures a person as in LFW (a few people have hundreds, most have one), 128 numbers, an AUC near 0.95. Time and memory
are taken in processes of their own, with the threads that numpy takes by itself.
"""

import json
import math
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
LFW_FACES, LARGEST = 13_232, 50_000
SIZES = (2_000, 4_000, LFW_FACES, 25_000, LARGEST)
LEAST_TIMES, MOST_MEGABYTES, MOST_SLOPE, MOST_MILLISECONDS = 10, 300, 2.1, 5
ROUNDS = 3
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads memory from /proc")

ALONE = """
import json, sys, time
sys.path[:0] = [{root!r}, {here!r}]
from test_all_pairs_speed import faces, memory
from facenet_core.evaluation import all_pairs_roc
rows, people = faces({count})
all_pairs_roc(rows[:300], people[:300])
before = memory("VmRSS")
open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew
start = time.perf_counter()
found = all_pairs_roc(rows, people)
seconds = time.perf_counter() - start
added = memory("VmHWM") - before
print(json.dumps(dict(seconds=seconds, megabytes=added, pairs=found.pairs, same=found.same, auc=found.auc)))
"""


def faces(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings (N, 128) and people (N,), sizes of people as in LFW."""
    generator = np.random.default_rng(seed)
    sizes = np.minimum(np.floor(generator.pareto(1.35, count) + 1), min(530, count / 25)).astype(int)
    people = generator.permutation(np.repeat(np.arange(count), sizes)[:count])
    rows = generator.normal(size=(count, 128))[people] + 1.9 * generator.normal(size=(count, 128))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), people


def memory(kind: str) -> float:
    """Return what Linux says of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {kind} in /proc/self/status")


def alone(count: int) -> dict[str, Any]:
    """Measure in a process of its own."""
    code = ALONE.format(root=str(ROOT), here=str(Path(__file__).parent), count=count)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def beside_scikit_learn(count: int = 4_000) -> dict[str, float]:
    """Time both in turn on the same pairs; each time is the best of ``ROUNDS``."""
    from sklearn.metrics import auc, roc_curve

    from facenet_core.evaluation import all_pairs_roc, pair_distances

    rows, people = faces(count)
    own, plain, areas = [], [], (0.0, 0.0)
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = all_pairs_roc(rows, people)
        middle = time.perf_counter()
        pairs = pair_distances(rows, people)
        far, val, _ = roc_curve(pairs.same, -pairs.squared_distance)
        area = auc(far, val)
        own.append(middle - start)
        plain.append(time.perf_counter() - middle)
        areas = (float(found.auc or 0), float(area))
    return {
        "own": min(own),
        "plain": min(plain),
        "times": statistics.median(b / a for a, b in zip(own, plain, strict=True)),
        "difference": abs(areas[0] - areas[1]),
    }


def one_probe(storage: str) -> float:
    """Return the median time of finding the five nearest people of one probe, in milliseconds."""
    from facenet_core.evaluation import Gallery

    rows, people = faces(LFW_FACES)
    gallery, taken = Gallery(rows, people, storage=storage), []
    for probe in rows[:40] + 0.01:
        start = time.perf_counter()
        gallery.nearest_people(probe, 5)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def slope(measured: dict[int, dict[str, Any]]) -> float:
    """Return the exponent with which time grows from the smallest to the largest size."""
    first, last = min(measured), max(measured)
    return math.log(measured[last]["seconds"] / measured[first]["seconds"]) / math.log(last / first)


def test_ten_times_as_fast_as_listed_pairs_and_the_same_area(benchmark):
    found = benchmark.pedantic(beside_scikit_learn, rounds=1, iterations=1)
    benchmark.extra_info.update(found)
    assert found["difference"] < 1e-5
    assert found["times"] >= LEAST_TIMES


@needs_linux
def test_all_of_lfw_in_little_memory(benchmark):
    found = benchmark.pedantic(alone, (LFW_FACES,), rounds=1, iterations=1)
    benchmark.extra_info.update(found)
    assert found["megabytes"] < MOST_MEGABYTES


@needs_linux
def test_growth_to_50_000_faces(benchmark):
    measured = benchmark.pedantic(lambda: {n: alone(n) for n in (SIZES[0], LARGEST)}, rounds=1, iterations=1)
    benchmark.extra_info.update(slope=slope(measured), megabytes=measured[LARGEST]["megabytes"])
    assert slope(measured) <= MOST_SLOPE
    assert measured[LARGEST]["megabytes"] < MOST_MEGABYTES


def test_one_probe_in_all_of_lfw(benchmark):
    taken = benchmark.pedantic(one_probe, ("float32",), rounds=1, iterations=1)
    assert taken < MOST_MILLISECONDS


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    table = {count: alone(count) for count in SIZES}
    for count, row in table.items():
        figures = f"{row['seconds']:.2f} s, {row['megabytes']:.0f} MB, AUC {row['auc']:.4f}"
        print(f"{count:6,} faces, {row['pairs']:,} pairs, {row['same']:,} of them same: {figures}")
    print(f"slope {slope(table):.2f}", beside_scikit_learn())
    print({storage: round(one_probe(storage), 2) for storage in ("float32", "float16", "bytes")}, "ms a probe")
