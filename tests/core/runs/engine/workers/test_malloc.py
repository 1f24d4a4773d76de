"""Freed memory is kept for a training's next step, and handed back by a server."""

import os
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from facenet_core.runs.engine.workers.malloc import keep_freed_memory

if sys.argv[1] == "kept":
    keep_freed_memory()

def use():
    blocks = [np.ones(2_000_000) for _ in range(8)]  # 16 MB each
    del blocks[0]
    blocks.clear()

use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

LEFT_BY_THREADS = """
import sys, threading
import psutil
from facenet_core.runs.engine.workers.malloc import hand_back_freed_memory

if sys.argv[1] == "handed back":
    hand_back_freed_memory()

def use():
    with one_at_a_time:
        blocks = [b"x" * size for size in [90_000] * 300]  # 27 MB
        kept.append(b"x" * len(blocks[0]))  # behind them, so that the heap cannot shrink
        del blocks
    all_have_used.wait()

kept = []
one_at_a_time, all_have_used = threading.Lock(), threading.Barrier(8)
threads = [threading.Thread(target=use) for _ in range(8)]
before = psutil.Process().memory_info().rss
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(psutil.Process().memory_info().rss - before)
"""

LIST_NETWORKS = """
import os, runpy, sys

sys.argv[1:] = ["networks"]
try:
    runpy.run_module("facenet_core", run_name="__main__")
except SystemExit:
    print(os.environ["OPENBLAS_THREAD_TIMEOUT"])
"""


def measured(program: str, name: str) -> int:
    """Return what a program prints, in surroundings that no command run before it has told glibc anything."""
    untold = {variable: value for variable, value in os.environ.items() if not variable.startswith("MALLOC_")}
    done = subprocess.run([sys.executable, "-c", program, name], capture_output=True, check=True, env=untold)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc is told to keep memory")
def test_freed_memory_is_not_faulted_in_anew():
    faults = {name: measured(FAULTS, name) for name in ("handed back", "kept")}
    assert faults["kept"] < 200 < 2000 < faults["handed back"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc is told to hand memory back")
def test_what_threads_freed_is_handed_back():
    left = {name: measured(LEFT_BY_THREADS, name) for name in ("kept", "handed back")}
    assert left["handed back"] < 60e6 < 150e6 < left["kept"]


def test_workers_and_commands_do_not_let_numpy_wait_awake():
    answer = subprocess.run([sys.executable, "-c", LIST_NETWORKS], capture_output=True, text=True, check=True).stdout
    assert answer.splitlines()[-1] == "4"
