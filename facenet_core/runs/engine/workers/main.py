"""The workers as a process of their own: ``python -m facenet_core workers``.

Two workers train, one does everything else. They listen on this machine only, because Dask speaks pickle,
and end with the process that started them, however that ended.
"""

import contextlib
import errno
import os
import sys
from pathlib import Path

from facenet_core.runs.engine.workers.process import tell_phase

START_METHOD_VARIABLE = "FACENET_WORKERS_START"
"""Environment variable: ``fork`` or ``spawn`` in place of what suits the system."""


_SETTINGS = {
    "distributed.worker.profile.enabled": False,  # it costs a twelfth of a core at rest
    "distributed.scheduler.allowed-failures": 1_000_000,  # a run counts its attempts itself
    # Dask gives a worker up for good when it happens to be starting again so long after it was last lost.
    "distributed.deploy.lost-worker-timeout": "1000 days",
    "distributed.scheduler.worker-ttl": None,  # a laptop that slept comes back to the workers it had
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    "distributed.comm.timeouts.connect": "60s",  # a busy machine is slow to answer
    # What Dask looks at many times a second, with nobody there: its own loops, its memory, work to move about.
    "distributed.admin.tick.interval": "5s",
    "distributed.admin.tick.limit": "1000 days",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.scheduler.work-stealing": False,  # every job has its place
    "distributed.scheduler.active-memory-manager.start": False,
}


class PortTaken(ValueError):
    """Another program listens on the port."""


def run_workers(*, port: int = 0, faces_root: Path | None = None, warm_up: bool = True) -> None:
    """Start the workers, tell their address in a line of JSON, and stay until interrupted.

    When standard input is a pipe, its end is the signal to stop: whoever started this is gone. Where the environment
    asks for it, further lines tell what is being loaded, as ``{"phase": "loading torch"}``.

    Args:
        port: Where the scheduler listens; 0 for any free port.
        faces_root: Where the default faces are prepared ahead; None leaves it out.
        warm_up: Whether the workers load everything ahead.

    Raises:
        PortTaken: Another program listens on ``port``.
    """
    _check_port(port)
    tell_phase("loading Dask")
    import dask

    from facenet_core.runs.cpu_turns import let_waiting_threads_sleep
    from facenet_core.runs.engine.workers.malloc import keep_freed_memory
    from facenet_core.runs.engine.workers.politeness import WARMING, group_niceness
    from facenet_core.runs.engine.workers.warm_up import FACES_VARIABLE, WARM_UP_VARIABLE

    let_waiting_threads_sleep()
    keep_freed_memory()
    group_niceness(WARMING)
    if not warm_up:
        os.environ[WARM_UP_VARIABLE] = "no"
    if faces_root is not None:
        os.environ[FACES_VARIABLE] = str(faces_root.absolute())
    os.environ["DASK_LOGGING__DISTRIBUTED"] = "warning"  # in the workers, too
    dask.config.refresh()
    dask.config.set(_SETTINGS)
    if start_method() == "fork":
        from facenet_core.runs.engine.workers.forking import serve
    else:
        from facenet_core.runs.engine.workers.nannies import serve
    with contextlib.suppress(KeyboardInterrupt):
        serve(port)


def start_method() -> str:
    """Return how workers come to be: ``fork`` on Linux, where they share what was imported once, else ``spawn``.

    macOS can fork, too, but its libraries do not bear it once they are loaded.

    Raises:
        ValueError: The environment asks for something else.
    """
    usual = "fork" if sys.platform == "linux" else "spawn"
    asked = os.environ.get(START_METHOD_VARIABLE) or usual
    if asked not in ("fork", "spawn"):
        raise ValueError(f"{START_METHOD_VARIABLE} must be fork or spawn, got {asked!r}")
    return asked


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
