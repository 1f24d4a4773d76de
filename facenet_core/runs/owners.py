"""Whose run is whose: a run names the browser that began it by a keyed hash, which leads to nobody."""

import contextlib
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from facenet_core import files

FILE = "browsers.json"
"""In the data folder: the key of the hashes, and whether more than one browser was ever here."""

_PATIENCE = 5.0  # seconds to wait for another process that writes the file
_guard = threading.Lock()


def owner_of(data: Path, browser_id: str) -> str:
    """Return the name under which a browser owns runs in this data folder.

    Without the folder's key nobody finds out from a run which browser began it, nor passes for that browser.

    Args:
        data: The data folder.
        browser_id: The number that the browser brings along.
    """
    key = bytes.fromhex(_book(data)["key"])
    return hmac.new(key, browser_id.encode(), hashlib.sha256).hexdigest()[:32]


def note_owner(data: Path, owner: str) -> None:
    """Remember that this browser was here; of the browsers before, only whether there were others is kept."""
    with _only_writer(data):
        book = _read(data) or _new_book()
        first = book["first"] or owner
        seen = book | {"first": first, "several": book["several"] or owner != first}
        if seen != book:
            _write(data, seen)


def several_browsers(data: Path) -> bool:
    """Return whether more than one browser was ever here."""
    return bool((_read(data) or {}).get("several"))


def _book(data: Path) -> dict[str, Any]:
    found = _read(data)
    if found is None:
        with _only_writer(data):
            found = _read(data) or _new_book()
            _write(data, found)
    return found


def _new_book() -> dict[str, Any]:
    return {"key": secrets.token_hex(32), "first": None, "several": False}


def _read(data: Path) -> dict[str, Any] | None:
    """Return what is kept; None where that is nothing, or cannot be read: then all begins anew."""
    try:
        book = files.read_json(data / FILE)
        bytes.fromhex(book["key"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return {"first": None, "several": True} | book


def _write(data: Path, book: dict[str, Any]) -> None:
    files.write_json(data / FILE, book)
    with contextlib.suppress(OSError):  # no such rights there
        os.chmod(data / FILE, 0o600)


@contextlib.contextmanager
def _only_writer(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    with _guard, contextlib.ExitStack() as held:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                held.enter_context(files.locked(data / "browsers.lock"))
                break
            except files.AlreadyLocked:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        yield
