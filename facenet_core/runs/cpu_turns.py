"""Runs that share the cores take turns, slice by slice, so that each has all its threads while it computes.

Two trainings at once on the same cores slow each other down many times over (waiting threads spin), and
giving each fewer threads would change the last digits of its numbers. So every step is done in a turn: a
lock of the operating system, freed even by a kill. Whoever waits for a turn holds the ``next`` lock, so
the one who just had a turn queues behind them: turns alternate.

The lock files lie in the system's temporary folder, one set per user, and not in the data folder: the
cores belong to the machine, and runs of two data folders share them just the same.
"""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_POLL_SECONDS = 0.001
PATIENCE = 30.0
"""Seconds after which nobody waits for a turn any longer: who holds it may have been suspended (Ctrl-Z)."""
_GLANCE = 0.02  # seconds that one who waited so long in vain waits for the turns after that


def let_waiting_threads_sleep(spins: int = 300) -> None:
    """Have threads that wait for each other soon sleep instead of spin; works only before torch is imported.

    With a browser or another program on the same cores, spinning threads wait for one that is not being run:
    steps were 5 to 20 times slower than with sleeping ones. A spin of a few microseconds costs nothing then; a
    longer one saves a seventh of a step when the cores are free. What is computed stays the same, bit for bit.

    Args:
        spins: Looks before a thread sleeps.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", str(spins))  # GNU OpenMP, which torch brings along on Linux


class Turnstile:
    """Lets as many processes compute at once as the cores have room for.

    Args:
        threads: Threads of each of them.
        folder: Where the lock files lie; by default the user's, in the system's temporary folder.
        cores: Processor cores to share.
        patience: Seconds to wait for a turn; then the work is done without one, which costs time but nothing else.
    """

    def __init__(
        self,
        threads: int,
        *,
        folder: Path | None = None,
        cores: int | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._patience, self._in_vain = patience, False
        self.lanes = max(1, (cores or os.cpu_count() or 1) // max(1, threads))
        folder = folder or _own_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._next = _LockFile(folder / "next")
        self._lanes = [_LockFile(folder / f"turn-{lane}") for lane in range(self.lanes)]

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it for the block."""
        lane = self._wait_for_lane(time.monotonic() + (_GLANCE if self._in_vain else self._patience))
        self._in_vain = lane is None
        try:
            yield
        finally:
            if lane is not None:
                lane.free()

    def _wait_for_lane(self, end: float) -> "_LockFile | None":
        """Return the lane that was taken; None when time ran out."""
        if not self._next.take(end):
            return None
        try:  # only one process at a time is here
            return _first(self._lanes, end)
        finally:
            self._next.free()

    def close(self) -> None:
        """Close the lock files."""
        for file in (self._next, *self._lanes):
            file.close()


def _first(files: Sequence["_LockFile"], end: float) -> "_LockFile | None":
    """Wait for whichever file is free first and take it; None when time ran out."""
    while True:
        for file in files:
            if file.try_take():
                return file
        if time.monotonic() > end:
            return None
        time.sleep(_POLL_SECONDS)


class _LockFile:
    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)

    def close(self) -> None:
        os.close(self._descriptor)

    def take(self, end: float) -> bool:
        return _first([self], end) is not None

    if sys.platform == "win32":
        import msvcrt

        def try_take(self) -> bool:
            try:
                self.msvcrt.locking(self._descriptor, self.msvcrt.LK_NBLCK, 1)
            except OSError:
                return False
            return True

        def free(self) -> None:
            self.msvcrt.locking(self._descriptor, self.msvcrt.LK_UNLCK, 1)

    else:
        import fcntl

        def try_take(self) -> bool:
            try:
                self.fcntl.flock(self._descriptor, self.fcntl.LOCK_EX | self.fcntl.LOCK_NB)
            except OSError:
                return False
            return True

        def free(self) -> None:
            self.fcntl.flock(self._descriptor, self.fcntl.LOCK_UN)


def _own_folder() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"facenet-lab-turns-{user}"
