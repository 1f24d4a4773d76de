"""Workers where the system does not fork: each is started anew by a nanny of Dask's, and imports everything itself."""

import asyncio
import contextlib
import os
import signal
import threading

from distributed import Nanny, Scheduler, SpecCluster

from facenet_core.runs.engine.workers.process import (
    CLOSE_SECONDS,
    HERE_ONLY,
    input_is_pipe,
    tell,
    tell_phase,
    worker_options,
)
from facenet_core.runs.engine.workers.quiet_worker import QuietWorker


def serve(port: int) -> None:
    """Run scheduler and workers until a signal, or the end of a piped standard input."""
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    scheduler = {"cls": Scheduler, "options": {**HERE_ONLY, "port": port}}
    workers = {
        name: {"cls": Nanny, "options": {**options, "worker_class": QuietWorker}}
        for name, options in worker_options().items()
    }
    stop = asyncio.Event()
    _stop_on_signals(stop)
    _stop_with_parent(asyncio.get_running_loop(), stop)
    tell_phase("starting the workers")
    options = {"scheduler": scheduler, "workers": workers, "asynchronous": True}
    async with SpecCluster(**options) as cluster:  # type: ignore[no-untyped-call]  # Dask's own
        tell(address=cluster.scheduler_address, pid=os.getpid())
        tell_phase("")
        await stop.wait()
        threading.Thread(target=_exit_soon, daemon=True).start()


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: the interrupt arrives as an exception
            loop.add_signal_handler(number, stop.set)


def _stop_with_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not input_is_pipe():
        return  # a terminal, or nothing at all: started by hand or by the system

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(stop.set)
        _exit_soon()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _exit_soon() -> None:
    """End this process for good when closing takes too long; the workers end with it."""
    threading.Event().wait(CLOSE_SECONDS)
    os._exit(0)
