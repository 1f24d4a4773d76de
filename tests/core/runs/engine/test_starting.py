"""Workers that take long to start: waited for while they get on, started anew when they are stuck."""

import io
import json
import sys
import threading

import pytest

from facenet_core.runs import LocalEngine
from facenet_core.runs.engine import starting
from facenet_core.runs.engine.starting import Told
from facenet_core.runs.engine.state import BUSY_AFTER_SECONDS, EngineState, WorkerState, loading_words

SLOWLY = """
import json, os, sys, time
for tenth in range(int(sys.argv[1])):  # as on a computer that gives the process a moment now and then
    os.write(1, (json.dumps({"phase": "loading torch"}) + "\\n").encode())
    time.sleep(0.1)
if len(sys.argv) > 2:
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
time.sleep(600)
"""


class SlowEngine(LocalEngine):
    """Workers that speak up for ``tenths`` of a second before they begin, or never begin."""

    tenths, begins = 20, True

    def _command(self):
        rest = super()._command()[1:] if self.begins else []
        return [sys.executable, "-c", SLOWLY, str(self.tenths), *rest]


class Mute(SlowEngine):
    tenths, begins = 1, False


class Clock:
    """Stands still until it is moved on."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def told_of(*news):
    """Return what was made of these lines, all read."""
    lines = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in news)
    told = Told(io.StringIO(lines), lambda: None)
    told._thread.join(10)
    return told


def test_a_child_that_gets_on_slowly_is_the_only_one(tmp_path, wait_until, monkeypatch):
    monkeypatch.setattr(starting, "STILL_SECONDS", 1.0)  # it needs twice as long before it even begins
    engine = SlowEngine(tmp_path, warm_up=False)
    children, words = set(), set()

    def ready():
        children.add(engine.child_pid)
        words.add(engine.state().message)
        return engine.state().ready

    try:
        wait_until(ready, "workers that are ready", seconds=60)
        assert len(children - {None}) == 1
        assert "The workers are starting: loading torch." in words
    finally:
        engine.close()


def test_a_child_that_says_nothing_any_more_is_replaced(tmp_path, wait_until, monkeypatch):
    monkeypatch.setattr(starting, "STILL_SECONDS", 0.3)
    engine = Mute(tmp_path, warm_up=False)
    children = set()
    try:
        wait_until(lambda: children.add(engine.child_pid) or len(children - {None}) >= 2, "another child", seconds=60)
        assert not engine.state().ready
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (BUSY_AFTER_SECONDS - 1, "The workers are starting: loading torch."),
        (40, "This computer is busy: loading torch, 40 s so far."),
        (150.4, "This computer is busy: loading torch, 150 s so far."),
    ],
)
def test_what_takes_long_says_for_how_long(seconds, words):
    assert loading_words("The workers are starting", "loading torch", seconds) == words


def test_a_worker_that_loads_slowly_says_so_too():
    slow = WorkerState(name="side", pid=1, message="loading umap", seconds=70.2)
    state = EngineState(kind="local", ready=True, message="", workers=(slow,))
    assert state.warming == "This computer is busy: loading umap, 70 s so far."


def test_phases_and_address_are_read_and_all_else_is_passed_over():
    told = told_of(
        {"phase": "loading Dask"}, "hello", "[1]", {"address": "tcp://127.0.0.1:1"}, {"phase": "loading torch"}
    )
    assert (told.phase, told.address, told.ended) == ("loading torch", "tcp://127.0.0.1:1", True)


def test_a_word_again_and_again_is_a_sign_of_life_and_no_new_phase():
    clock, lines = Clock(), _Lines()
    told = Told(lines, lines.taken.set, clock=clock)
    for _ in range(5):
        clock.now += starting.STILL_SECONDS - 1
        lines.say({"phase": "loading torch"})
        assert not told.stuck
    assert told.seconds == 4 * (starting.STILL_SECONDS - 1)
    clock.now += starting.STILL_SECONDS + 1
    assert told.stuck
    lines.say({"phase": ""})
    clock.now += 1000 * starting.STILL_SECONDS
    assert not told.stuck  # nothing is waited for any more
    lines.end()


class _Lines:
    """Lines that come when they are said."""

    def __init__(self):
        self.taken = threading.Event()
        self._said, self._there = [], threading.Semaphore(0)

    def say(self, news):
        self.taken.clear()
        self._said.append(json.dumps(news))
        self._there.release()
        assert self.taken.wait(10)

    def end(self):
        self._there.release()

    def __iter__(self):
        while self._there.acquire():
            if not self._said:
                return
            yield self._said.pop(0)
