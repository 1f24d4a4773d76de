"""Who goes first on a busy computer: pages and browser before what only warms up, and training nearly like them.

What Linux calls niceness cannot be taken back without privilege. There it belongs to a thread, though, so what is
loaded ahead is loaded in polite threads that end, and training in others.
"""

import contextlib
import os
import sys
import threading
from pathlib import Path

WARMING = 10
"""Niceness while everything is loaded ahead: the first page came three to four times later without it."""
TRAINING = 2
"""Niceness of a run. Beside two busy loops on two cores a run keeps a third of its pace."""


def thread_niceness(niceness: int) -> None:
    """Have this thread, and those it starts, stand back; only Linux knows niceness of a thread."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # it stands further back already
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


def process_niceness(niceness: int) -> None:
    """Have the whole process stand back, where the system does not do so by thread."""
    if sys.platform != "linux" and hasattr(os, "nice"):
        os.nice(max(0, niceness - os.nice(0)))


def group_niceness(niceness: int) -> None:
    """Weigh this session against others, where Linux weighs sessions; unlike a thread's, it can be raised again."""
    with contextlib.suppress(OSError):  # no Linux, no groups, or another's
        Path("/proc/self/autogroup").write_text(str(niceness))
