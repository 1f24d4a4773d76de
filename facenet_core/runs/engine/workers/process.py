"""What every way of starting the workers shares: their options, and what they tell whoever started them."""

import contextlib
import json
import os
import signal
import stat
import sys
from typing import Any

TRAINING_WORKERS = 2


CLOSE_SECONDS = 5
"""Time that the workers have to close, once they are to end."""


_TELL_EVERY = 0.5  # seconds of processor time


PHASES_VARIABLE = "FACENET_WORKERS_PHASES"
"""Environment variable; ``yes`` has the workers' process tell what it loads."""


HERE_ONLY: dict[str, Any] = {"host": "127.0.0.1", "dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""Where scheduler, nannies and workers listen, their status pages included."""


def tell(**news: Any) -> None:
    """Write a line of JSON for whoever started the workers; nobody may listen any more."""
    with contextlib.suppress(OSError):
        os.write(1, (json.dumps(news) + "\n").encode())


def tell_phase(phase: str) -> None:
    """Tell what is being loaded, and again after every half second of processor time: it gets on, however slowly.

    Args:
        phase: Such as "loading torch"; empty once there is nothing more to wait for.
    """
    if os.environ.get(PHASES_VARIABLE) != "yes":
        return
    tell(phase=phase)
    if hasattr(signal, "setitimer"):  # not on Windows
        seconds = _TELL_EVERY if phase else 0.0
        signal.signal(signal.SIGPROF, lambda *_: tell(phase=phase))
        signal.setitimer(signal.ITIMER_PROF, seconds, seconds)


def worker_options() -> dict[str, dict[str, Any]]:
    """Return the options of each worker by name. Its own resource lets a job come back to the place it had."""
    shared = {
        **HERE_ONLY,
        "preload": ["facenet_core.runs.engine.workers.warm_up"],
        "memory_limit": None,
    }  # mapped files count as memory
    names = [f"train-{number}" for number in range(TRAINING_WORKERS)]
    training = {name: {**shared, "name": name, "nthreads": 1, "resources": {"train": 1, name: 1}} for name in names}
    # A second thread for what waits for disk and network, so that a download does not hold up the maps.
    side = {**shared, "name": "side", "nthreads": 2, "resources": {"side": 1, "fetch": 1}}
    return {**training, "side": side}


def input_is_pipe() -> bool:
    """Return whether standard input comes from the process that started this, and not from a terminal or nothing."""
    try:
        mode = os.fstat(sys.stdin.fileno() if sys.stdin else -1).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
