"""Photos sorted by the people found on them: a ZIP with one folder each, or a table."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from facenet_core.exports.tables import csv_bytes
from facenet_core.faces.photos.names import clean_name

ALONE = "alone"
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # when they were made stays at home, too


def sorted_zip(labels: Sequence[int] | np.ndarray, pictures: Sequence[bytes], files: Sequence[str]) -> bytes:
    """Return a ZIP with a folder for every group, the largest first; a face in no group lies in ``alone``.

    Args:
        labels: (N,) group of each face, -1 for none.
        pictures: The N pictures as JPEG, without EXIF.
        files: What the N are called; folders in front are left out.

    Raises:
        ValueError: Lengths differ.
    """
    folders = folder_names(labels)
    if not len(folders) == len(pictures) == len(files):
        counts = f"{len(folders)} labels, {len(pictures)} pictures and {len(files)} names"
        raise ValueError(f"every face must have one label, one picture and one name, got {counts}")
    made = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for folder, picture, file in zip(folders, pictures, files, strict=True):
            name = _free_name(folder, safe_name(file), taken)
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), picture)
    return made.getvalue()


def sorted_csv(labels: Sequence[int] | np.ndarray, files: Sequence[str], people: Sequence[str] | None = None) -> bytes:
    """Return a table of file and group, and of the person where somebody knows; the largest group first.

    Args:
        labels: (N,) group of each face, -1 for none.
        files: What the N are called.
        people: N names.
    """
    folders = folder_names(labels)
    order = sorted(range(len(folders)), key=lambda face: (folders[face] == ALONE, folders[face], files[face]))
    columns = {
        "group": [folders[face] for face in order],
        "file": [_no_formula(files[face]) for face in order],
    }
    if people is not None:
        columns["person"] = [_no_formula(people[face]) for face in order]
    return csv_bytes(columns)


def folder_names(labels: Sequence[int] | np.ndarray) -> list[str]:
    """Return the folder of each face: ``person 1`` for the largest group, and so on; ``alone`` for none."""
    given = np.asarray(labels, dtype=np.int64)
    groups, counts = np.unique(given[given >= 0], return_counts=True)
    rank = {int(group): place + 1 for place, group in enumerate(groups[np.argsort(-counts, kind="stable")])}
    digits = len(str(max(1, len(rank))))
    return [ALONE if label < 0 else f"person {rank[int(label)]:0{digits}}" for label in given]


def safe_name(file: str) -> str:
    """Return the name of a file that every system can unpack: no folder, no sign with a meaning, ending in .jpg."""
    stem = PurePosixPath(file.replace("\\", "/")).name.rsplit(".", 1)[0]
    cleaned = _UNSAFE.sub(" ", clean_name(stem)).strip(" .")
    return f"{cleaned or 'photo'}.jpg"


def jpeg_bytes(picture: np.ndarray) -> bytes:
    """Return a (H, W, 3) uint8 picture as a JPEG without metadata."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def _free_name(folder: str, name: str, taken: set[str]) -> str:
    stem, number, wanted = name.rsplit(".", 1)[0], 1, f"{folder}/{name}"
    while wanted.casefold() in taken:  # some systems take a.jpg and A.jpg for one
        number += 1
        wanted = f"{folder}/{stem} {number}.jpg"
    taken.add(wanted.casefold())
    return wanted


def _no_formula(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
