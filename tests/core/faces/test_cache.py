"""Prepared sets are whole or not there, whatever happens to the disk or beside them."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facenet_core.faces import FacesError, FaceSet, load_faces, open_faces

MakeFolder = Callable[[dict[str, int]], Path]


@pytest.fixture
def prepared(make_folder: MakeFolder, tmp_path: Path) -> FaceSet:
    return load_faces("folder", path=make_folder({"Ann": 2, "Bob": 2}), root=tmp_path / "sets")


def again(prepared: FaceSet) -> FaceSet:
    return load_faces("folder", path=prepared.folder.parents[1] / "people", root=prepared.folder.parent)


def test_a_set_is_opened_by_its_fingerprint(prepared: FaceSet) -> None:
    opened = open_faces(prepared.fingerprint, root=prepared.folder.parent)
    assert opened.names == prepared.names
    assert opened.files == prepared.files
    assert (opened.images == prepared.images).all()


@pytest.mark.parametrize("fingerprint", ["0123456789abcdef", "../sets", "", "ABC"])
def test_a_set_that_is_not_there_says_so(tmp_path: Path, fingerprint: str) -> None:
    with pytest.raises(FacesError):
        open_faces(fingerprint, root=tmp_path)


@pytest.mark.parametrize("file", ["images.npy", "people.npy", "about.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut off", "nonsense"])
def test_a_damaged_set_is_prepared_anew(prepared: FaceSet, file: str, damage: str) -> None:
    path = prepared.folder / file
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "cut off": whole[: len(whole) // 2], "nonsense": b"\0" * len(whole)}[damage])
    with pytest.raises(FacesError, match="damaged"):
        open_faces(prepared.fingerprint, root=prepared.folder.parent)
    mended = again(prepared)
    assert mended.fingerprint == prepared.fingerprint
    assert path.read_bytes() == whole
    assert sorted(entry.name for entry in prepared.folder.parent.iterdir()) == sorted([prepared.fingerprint, "lookup"])


def test_a_damaged_lookup_is_written_anew(prepared: FaceSet) -> None:
    (lookup,) = (prepared.folder.parent / "lookup").iterdir()
    lookup.write_text("{")
    assert again(prepared).fingerprint == prepared.fingerprint
    assert again(prepared).fingerprint in lookup.read_text()


@pytest.mark.parametrize("moment", ["fsync", "rename"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = make_folder({"Ann": 2, "Bob": 2})
    with monkeypatch.context() as patch:
        patch.setattr(os, moment, full)
        with pytest.raises(FacesError, match="The disk is full"):
            load_faces("folder", path=folder, root=tmp_path / "sets")
    assert list((tmp_path / "sets").iterdir()) == []
    assert len(load_faces("folder", path=folder, root=tmp_path / "sets")) == 4


def test_a_place_that_cannot_be_written_is_named(make_folder: MakeFolder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FacesError, match="check that it can be written to"):
        load_faces("folder", path=make_folder({"Ann": 2, "Bob": 2}), root=tmp_path / "file")


def test_leftovers_of_a_killed_process_are_cleared_away(prepared: FaceSet) -> None:
    root = prepared.folder.parent
    (root / ".preparing-1-dead").mkdir()
    (root / ".preparing-1-dead/images.npy").write_bytes(b"x" * 99)
    lock = root / ".preparing-1-dead.lock"
    lock.write_bytes(b"")
    os.utime(lock, (0, 0))
    (prepared.folder / "about.json").unlink()  # so that there is something to prepare
    again(prepared)
    assert not list(root.glob(".preparing*"))


def test_two_processes_at_once_end_with_the_same_set(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder({"Ann": 30, "Bob": 30})
    code = (
        "import sys, pathlib; from facenet_core.faces import load_faces; sys.stdin.readline();"
        "print(load_faces('folder', path=sys.argv[1], root=pathlib.Path(sys.argv[2])).fingerprint)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(tmp_path / "sets")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert printed[0] == printed[1] != ""
    assert sorted(entry.name for entry in (tmp_path / "sets").iterdir()) == sorted([printed[0], "lookup"])


_PEAK = """
import sys, resource, numpy as np, pathlib
from facenet_core.faces import FaceSet
rows = int(sys.argv[2])
images = np.load(sys.argv[1], mmap_mode="r")
faces = FaceSet(images=images, people=np.zeros(rows, np.int32), names=("a",), files=("",) * rows,
                source="folder", fingerprint="0" * 16, folder=pathlib.Path("."))
order = np.random.default_rng(0).permutation(rows)
for start in range(0, rows, 100):
    faces.read(order[start:start + 100])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives pages back by itself")
def test_memory_does_not_grow_with_the_images_read(tmp_path: Path) -> None:
    peaks = []
    for rows in (2_000, 20_000):
        file = tmp_path / f"{rows}.npy"
        with open(file, "wb") as written:  # sparse: it takes no room on the disk
            header = {"descr": "|u1", "fortran_order": False, "shape": (rows, 110, 110, 3)}
            np.lib.format.write_array_header_1_0(written, header)
            written.truncate(written.tell() + rows * 110 * 110 * 3)
        ran = subprocess.run(
            [sys.executable, "-c", _PEAK, str(file), str(rows)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[3],
        )
        peaks.append(int(ran.stdout))
    assert peaks[1] < 1.1 * peaks[0]
