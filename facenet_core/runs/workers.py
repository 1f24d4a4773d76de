"""The workers as a process of their own: ``python -m facenet_core workers``.

Two workers train, one does everything else. They listen on this machine only, because Dask speaks pickle,
and end with the process that started them, however that ended.
"""

import asyncio
import contextlib
import errno
import json
import os
import signal
import stat
import sys
import threading
from pathlib import Path
from typing import Any

TRAINING_WORKERS = 2
NICENESS = 10
_CLOSE_SECONDS = 5

_HERE_ONLY = {"host": "127.0.0.1", "dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""Where scheduler, nannies and workers listen, their status pages included."""

_SETTINGS = {
    "distributed.worker.profile.enabled": False,  # it costs a twelfth of a core at rest
    "distributed.scheduler.allowed-failures": 1_000_000,  # a run counts its attempts itself
    # Dask gives a worker up for good when it happens to be starting again so long after it was last lost.
    "distributed.deploy.lost-worker-timeout": "1000 days",
    "distributed.scheduler.worker-ttl": None,  # a laptop that slept comes back to the workers it had
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    "distributed.comm.timeouts.connect": "60s",  # a busy machine is slow to answer
}


class PortTaken(ValueError):
    """Another program listens on the port."""


def run_workers(*, port: int = 0, faces_root: Path | None = None, warm_up: bool = True) -> None:
    """Start the workers, print one line of JSON with their address, and stay until interrupted.

    When standard input is a pipe, its end is the signal to stop: whoever started this is gone.

    Args:
        port: Where the scheduler listens; 0 for any free port.
        faces_root: Where the default faces are prepared ahead; None leaves it out.
        warm_up: Whether the workers load everything ahead.

    Raises:
        PortTaken: Another program listens on ``port``.
    """
    import dask

    from facenet_core.runs.memory import keep_freed_memory
    from facenet_core.runs.turns import let_waiting_threads_sleep
    from facenet_core.runs.warm import FACES_VARIABLE, WARM_UP_VARIABLE

    let_waiting_threads_sleep()
    keep_freed_memory()
    _let_pages_go_first()
    if not warm_up:
        os.environ[WARM_UP_VARIABLE] = "no"
    if faces_root is not None:
        os.environ[FACES_VARIABLE] = str(faces_root.absolute())
    os.environ["DASK_LOGGING__DISTRIBUTED"] = "warning"  # in the workers, too
    dask.config.refresh()
    dask.config.set(_SETTINGS)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(port))


def _let_pages_go_first() -> None:
    """Have the server, and a browser on this machine, take the processor before training and warming up do.

    The first page came three to four times later while the workers loaded their libraries with equal right. Linux
    weighs whole sessions against each other where it groups them, and these processes have one of their own.
    """
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with contextlib.suppress(OSError):  # no Linux, no groups, or another's
        Path("/proc/self/autogroup").write_text(str(NICENESS))


async def _serve(port: int) -> None:
    from distributed import Nanny, Scheduler, SpecCluster

    scheduler = {"cls": Scheduler, "options": {**_HERE_ONLY, "port": port}}
    workers = {name: {"cls": Nanny, "options": options} for name, options in _worker_options().items()}
    _check_port(port)
    stop = asyncio.Event()
    _stop_on_signals(stop)
    _stop_with_parent(asyncio.get_running_loop(), stop)
    options = {"scheduler": scheduler, "workers": workers, "asynchronous": True}
    async with SpecCluster(**options) as cluster:  # type: ignore[no-untyped-call]  # Dask's own
        print(json.dumps({"address": cluster.scheduler_address, "pid": os.getpid()}), flush=True)
        await stop.wait()
        threading.Thread(target=_exit_soon, daemon=True).start()


def _worker_options() -> dict[str, dict[str, Any]]:
    """Return the options of each worker. Its own resource lets a job come back to the place it had."""
    shared = {**_HERE_ONLY, "preload": ["facenet_core.runs.warm"], "memory_limit": None}  # mapped files count as memory
    names = [f"train-{number}" for number in range(TRAINING_WORKERS)]
    training = {name: {**shared, "name": name, "nthreads": 1, "resources": {"train": 1, name: 1}} for name in names}
    # A second thread for what waits for disk and network, so that a download does not hold up the maps.
    side = {**shared, "name": "side", "nthreads": 2, "resources": {"side": 1, "fetch": 1}}
    return {**training, "side": side}


def _check_port(port: int) -> None:
    import socket

    if not 0 <= port < 2**16:
        raise ValueError(f"port must lie between 0 and 65535, got {port}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortTaken(
                    f"port {port} is taken or not allowed: choose another one, or leave --port out to take any free one"
                ) from None
            raise


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: the interrupt arrives as an exception
            loop.add_signal_handler(number, stop.set)


def _stop_with_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not _is_pipe(sys.stdin.fileno() if sys.stdin else -1):
        return  # a terminal, or nothing at all: started by hand or by the system

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(stop.set)
        _exit_soon()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _is_pipe(descriptor: int) -> bool:
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _exit_soon() -> None:
    """End this process for good when closing takes too long; the workers end with it."""
    threading.Event().wait(_CLOSE_SECONDS)
    os._exit(0)
