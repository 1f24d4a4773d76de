"""Workers that share one import of torch: a process that has imported it forks them, and again whoever dies.

The process computes nothing and has one thread whenever it forks: threads of OpenMP and locks of other threads
would not survive that. The scheduler is forked first, before torch, and the workers when torch is there.
"""

import ctypes
import functools
import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from facenet_core.runs.engine.workers.process import (
    CLOSE_SECONDS,
    HERE_ONLY,
    input_is_pipe,
    tell,
    tell_phase,
    worker_options,
)

_LIVED_WELL = 10.0  # seconds after which a worker's death says nothing about the next one
_LONGEST_PAUSE = 30.0
_PR_SET_PDEATHSIG = 1


def serve(port: int) -> None:
    """Run scheduler and workers until a signal, or the end of a piped standard input.

    Raises:
        RuntimeError: The scheduler ended.
    """
    import distributed  # noqa: F401  # every process below shares it

    _Parent(port).run()


@dataclass
class _Child:
    """A worker to be: how it is doing, and when it may be started again."""

    pid: int | None = None
    began: float = 0.0
    pause: float = 0.0
    not_before: float = 0.0


@dataclass
class _Parent:
    port: int
    workers: dict[str, _Child] = field(default_factory=dict)
    scheduler: int = 0
    address: str = ""

    def run(self) -> None:
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the loop
        try:
            self._begin()
            self._start_workers()
            tell_phase("")
            while not self._stopped:
                self._start_workers()
                self._sleep()
                self._reap()
        finally:
            self._end()

    def _stop(self, *_: Any) -> None:
        self._stopped = True

    def _begin(self) -> None:
        read, write = os.pipe()
        self.scheduler = _fork(lambda: _schedule(self.port, write))
        os.close(write)
        with os.fdopen(read) as told:
            self.address = told.readline().strip()
        if not self.address:
            raise RuntimeError("the scheduler ended before it began")
        tell(address=self.address, pid=os.getpid())
        self._import_ahead()

    def _import_ahead(self) -> None:
        """Import what training needs in a polite thread, and go on when it is there or nobody wants it any more."""
        from facenet_core.runs.engine.workers.warm_up import import_for_training, wanted

        if not wanted():
            return
        tell_phase("loading torch")
        thread = threading.Thread(target=import_for_training, name="imports", daemon=True)
        thread.start()
        while thread.is_alive() and not self._stopped:
            self._sleep(0.05)
        if not self._stopped:
            thread.join()

    def _start_workers(self) -> None:
        now = time.monotonic()
        for name, options in worker_options().items():
            child = self.workers.setdefault(name, _Child())
            if child.pid is None and child.not_before <= now and not self._stopped:
                gc.collect()
                gc.freeze()  # a collection in the child would touch, and so copy, all that it shares
                child.pid, child.began = _fork(functools.partial(_work, self.address, options)), now

    def _sleep(self, longest: float | None = None) -> None:
        """Wait for a signal, for the end of standard input, or until a worker may be started again."""
        waiting = [child.not_before for child in self.workers.values() if child.pid is None]
        if waiting:
            longest = max(0.0, min(waiting) - time.monotonic())
        watched = [self._wake, *([0] if input_is_pipe() else [])]
        ready, _, _ = select.select(watched, [], [], longest)
        if self._wake in ready:
            os.read(self._wake, 1024)
        if 0 in ready and not os.read(0, 1024):
            self._stopped = True

    def _reap(self) -> None:
        """Take note of children that ended."""
        now = time.monotonic()
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.scheduler and not self._stopped:
                raise RuntimeError("the scheduler ended")
            for child in self.workers.values():
                if child.pid == pid:
                    well = now - child.began > _LIVED_WELL
                    child.pause = 0.0 if well else min(_LONGEST_PAUSE, max(0.25, 2 * child.pause))
                    child.pid, child.not_before = None, now + child.pause

    def _end(self) -> None:
        """End all children, at once or, should they not listen, by force."""
        pids = {pid for pid in (self.scheduler, *(child.pid for child in self.workers.values())) if pid}
        for number, patience in ((signal.SIGTERM, CLOSE_SECONDS), (signal.SIGKILL, CLOSE_SECONDS)):
            _signal_all(pids, number)
            end = time.monotonic() + patience
            while pids and time.monotonic() < end:
                pids -= {pid for pid in pids if _is_gone(pid)}
                time.sleep(0.01)


def _signal_all(pids: set[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _is_gone(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _fork(work: Callable[[], None]) -> int:
    """Have a child do ``work`` and end; return its process. It ends with this one, however that ends."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    _be_child(parent, work)


def _be_child(parent: int, work: Callable[[], None]) -> NoReturn:
    status = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it was gone before it could be told
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)  # the lines of JSON are the parent's
        work()
        status = 0
    except BaseException:  # a child never returns into its parent's code
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _schedule(port: int, told: int) -> None:
    import asyncio

    from distributed import Scheduler

    async def serve() -> None:
        async with Scheduler(**HERE_ONLY, port=port) as scheduler:
            with os.fdopen(told, "w") as pipe:
                pipe.write(f"{scheduler.address}\n")
            await scheduler.finished()

    asyncio.run(serve())


def _work(address: str, options: dict[str, Any]) -> None:
    import asyncio

    from facenet_core.runs.engine.workers.quiet_worker import QuietWorker

    async def serve() -> None:
        async with QuietWorker(address, **options) as worker:
            await worker.finished()

    asyncio.run(serve())
