"""Files are whole or not there."""

import multiprocessing
import os

import numpy as np
import pytest

from facenet_core import files


def test_json_comes_back_as_it_was_written(tmp_path):
    value = {"name": "Zoë 王", "epoch": 3, "margin": 0.2, "people": [1, 2], "pause": None}
    files.write_json(tmp_path / "request.json", value)
    assert files.read_json(tmp_path / "request.json") == value


def test_json_refuses_what_other_readers_could_not_read(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "status.json", {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_json_that_is_no_object_is_refused(tmp_path):
    (tmp_path / "status.json").write_text("[1, 2]")
    with pytest.raises(ValueError, match=r"status\.json must hold a JSON object, found list"):
        files.read_json(tmp_path / "status.json")


def test_arrays_come_back_with_shape_and_type(tmp_path):
    positions = np.arange(6, dtype=np.float32).reshape(3, 2)
    names = np.array(["Anna", "Béla"])
    files.write_npz(tmp_path / "0001.npz", positions=positions, names=names)
    read = files.read_npz(tmp_path / "0001.npz")
    assert set(read) == {"positions", "names"}
    assert read["positions"].dtype == np.float32
    np.testing.assert_array_equal(read["positions"], positions)
    np.testing.assert_array_equal(read["names"], names)


def test_pickled_arrays_are_neither_written_nor_read(tmp_path):
    objects = np.array([{"a": 1}], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        files.write_npz(tmp_path / "objects.npz", objects=objects)
    np.savez(tmp_path / "pickled.npz", objects=objects)
    with pytest.raises(ValueError, match="allow_pickle"):
        files.read_npz(tmp_path / "pickled.npz")


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "status.json"
    files.write_json(path, {"epoch": 1})

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        files.write_json(path, {"epoch": 2})
    assert files.read_json(path) == {"epoch": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_half_a_file(tmp_path, monkeypatch):
    path = tmp_path / "weights"
    files.write_bytes(path, b"old")
    seen_before_the_rename = []
    replace = os.replace

    def look_then_replace(source, target):
        seen_before_the_rename.append(path.read_bytes())
        replace(source, target)

    monkeypatch.setattr(os, "replace", look_then_replace)
    files.write_bytes(path, b"new and longer")
    assert seen_before_the_rename == [b"old"]
    assert path.read_bytes() == b"new and longer"


def test_one_lock_has_one_holder_and_is_free_afterwards(tmp_path):
    path = tmp_path / "lock"
    with files.locked(path), pytest.raises(files.AlreadyLocked), files.locked(path):
        pass
    with files.locked(path):
        pass


def test_a_lock_is_free_when_its_holder_is_killed(tmp_path):
    path = tmp_path / "lock"
    context = multiprocessing.get_context("spawn")
    is_held = context.Event()
    holder = context.Process(target=_hold, args=(path, is_held))
    holder.start()
    try:
        assert is_held.wait(60)
        with pytest.raises(files.AlreadyLocked), files.locked(path):
            pass
    finally:
        holder.kill()
        holder.join()
    with files.locked(path):
        pass


def _hold(path, is_held):
    with files.locked(path):
        is_held.set()
        multiprocessing.Event().wait()
