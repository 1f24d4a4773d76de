"""What is loaded ahead stands back; what a learner asked for does not."""

import os
import sys
import threading

import pytest

from facenet_core.runs.engine.workers import warm_up as warm
from facenet_core.runs.engine.workers.politeness import TRAINING, WARMING, thread_niceness


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows niceness of a thread")
def test_warming_stands_back_and_a_job_afterwards_hardly(monkeypatch):
    before, seen = os.getpriority(os.PRIO_PROCESS, 0), {}

    def note(name):
        seen[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) - before

    warmth = warm._Warmth()
    monkeypatch.setattr(warm, "_warmth", warmth)
    monkeypatch.setattr(warm, "group_niceness", lambda niceness: None)
    warmth.begin([warm.Stage("loading", lambda: note("warming"))])
    job = threading.Thread(target=lambda: warm.when_warm(note, "job"))
    job.start()
    job.join()
    note("process")

    assert seen == {"warming": WARMING - before, "job": TRAINING - before, "process": 0}


def test_standing_further_back_already_is_no_error():
    thread = threading.Thread(target=lambda: (thread_niceness(3), thread_niceness(1)))
    thread.start()
    thread.join()
