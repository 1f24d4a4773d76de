"""A ZIP from anybody: nothing of it is written anywhere, and nothing is read that its header or its size forbids."""

import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from facenet_core.faces.folders.clutter import is_clutter
from facenet_core.faces.photos.limits import LIMITS

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PACKED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cab", ".iso", ".jar")
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others can ask for gigabytes to unpack a byte
_END, _END_SIZE = b"PK\x05\x06", 22
_END_64, _END_64_SIZE = b"PK\x06\x07", 20
_LONGEST_COMMENT = 65_535
_UTF8 = 0x800
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError among them
    ValueError,
    LookupError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP.

    Attributes:
        name: As written in the archive.
        size: Bytes when unpacked, as the header says.
        reason: Why it is not read; empty when it can be.
        read: Returns its bytes; raises ValueError.
    """

    name: str
    size: int
    reason: str
    read: Callable[[], bytes]


@dataclass(slots=True)
class _Budget:
    left: int


def open_archive(file: BinaryIO) -> list[Member]:
    """List the files of a ZIP; folders and what systems leave in archives are passed over.

    Raises:
        ValueError: It cannot be opened; the message is a sentence's end, such as "the ZIP is damaged".
    """
    _check_list(file)
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGED as error:
        raise ValueError("the ZIP is damaged or cut off; pack it again") from error
    budget, promised = _Budget(LIMITS.total_bytes), LIMITS.total_bytes
    members = []
    for info in archive.infolist():
        name = _name(info)
        if info.is_dir() or any(is_clutter(part) for part in name.replace("\\", "/").split("/")):
            continue
        reason = _why_refused(info, name)
        promised -= 0 if reason else info.file_size
        if not reason and promised < 0:
            reason = f"the ZIP unpacks to more than {LIMITS.total_bytes // 1_000_000:,} MB; bring fewer photos"
        members.append(Member(name, info.file_size, reason, partial(_read, archive, info, budget)))
    return members


def is_packed(name: str) -> bool:
    """Return whether a file is an archive by its name."""
    return name.lower().endswith(_PACKED)


def _check_list(file: BinaryIO) -> None:
    """Look how long the list of contents is before Python reads it whole."""
    size = file.seek(0, os.SEEK_END)
    tail_size = min(size, _END_SIZE + _LONGEST_COMMENT + _END_64_SIZE)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    start = len(tail) - _END_SIZE
    if start < 0 or tail[start : start + 4] != _END or tail[-2:] != b"\0\0":
        start = tail.rfind(_END)
    if start < 0 or len(tail) - start < _END_SIZE:
        raise ValueError("the ZIP is damaged or cut off; pack it again")
    entries, directory = struct.unpack("<HI", tail[start + 10 : start + 16])
    if tail[max(0, start - _END_64_SIZE) : start].startswith(_END_64):
        raise ValueError("it is a ZIP for more than 4 GB or 65,535 files; pack fewer photos")
    if entries > LIMITS.archive_entries or directory > LIMITS.directory_bytes:
        raise ValueError(f"the ZIP lists more than {LIMITS.archive_entries:,} files; pack fewer photos")


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name as it was meant: many programs write UTF-8 without saying so."""
    name = info.orig_filename or info.filename
    if not info.flag_bits & _UTF8:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _why_refused(info: zipfile.ZipInfo, name: str) -> str:
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) or "\0" in name:
        return "its name leads out of the ZIP; pack the photos again"
    if info.flag_bits & 0x1:
        return "it is encrypted; pack it again without a password"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, not a photo"
    if info.compress_type not in _READABLE:
        return "it is packed in a way that is not read here; pack it again as an ordinary ZIP"
    return ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """Unpack one file in memory, counting its bytes, whatever the header promised."""
    most = min(LIMITS.file_bytes, budget.left)
    try:
        with archive.open(info) as file:
            data = file.read(most + 1)
    except _DAMAGED as error:
        raise ValueError("it is damaged inside the ZIP; pack it again") from error
    if len(data) > most:
        raise ValueError("it unpacks to more than is allowed; make it smaller")
    budget.left -= len(data)
    return data
