"""Freed memory is kept for the next step."""

import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from facenet_core.runs.memory import keep_freed_memory

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

LIST_NETWORKS = """
import os, runpy, sys

sys.argv[1:] = ["networks"]
try:
    runpy.run_module("facenet_core", run_name="__main__")
except SystemExit:
    print(os.environ["OPENBLAS_THREAD_TIMEOUT"])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc is told to keep memory")
def test_freed_memory_is_not_faulted_in_anew():
    faults = {
        name: int(subprocess.run([sys.executable, "-c", FAULTS, name], capture_output=True, check=True).stdout)
        for name in ("handed back", "kept")
    }
    assert faults["kept"] < 200 < 2000 < faults["handed back"]


def test_workers_and_commands_do_not_let_numpy_wait_awake():
    answer = subprocess.run([sys.executable, "-c", LIST_NETWORKS], capture_output=True, text=True, check=True).stdout
    assert answer.splitlines()[-1] == "4"
