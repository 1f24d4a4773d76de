"""A file from the network: told how far it is, ended at any moment, gone on with where it stopped, and checked."""

import hashlib
import os
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.error import HTTPError

from facenet_core.faces.errors import FacesError

_CHUNK = 1 << 18
_PATIENCE = 30  # seconds without a byte
_TELL_EVERY = 0.3

Told = Callable[[int, int, str], None]  # done, total (0 while unknown), what: may raise to end it


def fetch(url: str, target: Path, *, sha256: str, what: str, progress: Told | None = None) -> None:
    """Download ``url`` to ``target``; what came is kept in ``target.part`` and the next try goes on from there.

    Args:
        url: Where it is.
        target: Where it goes, whole or not at all.
        sha256: Its checksum, in hexadecimal.
        what: What is downloaded, for messages.
        progress: Called with (bytes done, bytes in all, "bytes downloaded, 12 s left").

    Raises:
        OSError: The network or the disk does not go on; what came is kept.
        FacesError: What came is not what was promised; it is thrown away.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    for _ in range(2):  # once more from the start, where the server does not know the place we were at
        try:
            _append(url, part, progress)
            break
        except HTTPError as error:
            if error.code != 416 or not part.exists() or _checksum(part) == sha256:
                if error.code == 416:
                    break
                raise
            part.unlink()
    if _checksum(part) != sha256:
        part.unlink()
        raise FacesError(f"{what} arrived damaged (its checksum differs) and was thrown away: try again")
    os.replace(part, target)


def _append(url: str, part: Path, progress: Told | None) -> None:
    done = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
        if done and not _goes_on(answer, done):
            done = 0  # it sends the whole again
        length = answer.headers.get("Content-Length")
        total = done + int(length) if length and length.isdecimal() else 0
        with open(part, "ab" if done else "wb") as file:
            _copy(answer, file.write, done, total, progress)
    if total and part.stat().st_size < total:
        raise ConnectionError("the connection ended too early")


def _goes_on(answer: HTTPResponse, done: int) -> bool:
    return answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {done}-")


def _copy(answer: HTTPResponse, write: Callable[[bytes], object], done: int, total: int, progress: Told | None) -> None:
    began, first, told = time.monotonic(), done, 0.0
    while True:
        try:
            block = answer.read(_CHUNK)
        except IncompleteRead as error:
            write(error.partial)
            raise ConnectionError("the connection ended too early") from error
        if not block:
            return
        write(block)
        done += len(block)
        now = time.monotonic()
        if progress is not None and (now - told > _TELL_EVERY or done == total):
            told = now
            rate = (done - first) / max(now - began, 1e-6)
            left = f", {max(0, round((total - done) / rate)):,} s left" if total and rate > 0 else ""
            progress(done, total, f"bytes downloaded{left}")


def _checksum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
