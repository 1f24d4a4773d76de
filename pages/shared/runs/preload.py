"""Loads what other lessons need while a first page is looked at: the next one then stands at once."""

import importlib
import pkgutil
import threading

import pages.shared

AFTER = 3.0  # seconds, until the first page is out


def load_ahead() -> None:
    """Import the lessons' shared parts in a moment, beside the pages that are asked for meanwhile."""
    timer = threading.Timer(AFTER, import_shared)
    timer.daemon = True
    timer.start()


def import_shared() -> None:
    """Import every module of ``pages.shared``; half a second, and none of them is heavy."""
    for module in pkgutil.walk_packages(pages.shared.__path__, f"{pages.shared.__name__}."):
        importlib.import_module(module.name)
