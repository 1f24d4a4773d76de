"""Runs know the browser that began them, and nobody learns from them which it was."""

import stat
import sys
import threading

import pytest

from facenet_core import files
from facenet_core.runs import InlineEngine, open_run
from facenet_core.runs.owners import FILE, note_owner, owner_of, several_browsers

HERE, THERE = "v1." + "a" * 22, "v1." + "b" * 22


def test_a_browser_keeps_its_name_in_a_folder_and_has_another_in_the_next(tmp_path):
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    assert owner_of(here, HERE) == owner_of(here, HERE)
    assert owner_of(here, HERE) != owner_of(here, THERE)
    assert owner_of(here, HERE) != owner_of(elsewhere, HERE)
    assert HERE.removeprefix("v1.") not in (here / FILE).read_text()


def test_one_browser_is_alone_until_a_second_comes(tmp_path):
    first, second = owner_of(tmp_path, HERE), owner_of(tmp_path, THERE)
    assert not several_browsers(tmp_path)
    for _ in range(2):
        note_owner(tmp_path, first)
        assert not several_browsers(tmp_path)
    for browser in (second, first):
        note_owner(tmp_path, browser)
        assert several_browsers(tmp_path)
    assert second not in (tmp_path / FILE).read_text()  # who came later is not kept


def test_pages_that_open_at_once_agree_on_the_key(tmp_path):
    found = []
    threads = [threading.Thread(target=lambda: found.append(owner_of(tmp_path, HERE))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": 5}', b'{"key": "xyz"}'])
def test_a_damaged_file_is_begun_anew(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert owner_of(tmp_path, HERE) == owner_of(tmp_path, HERE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_key_is_the_servers_own(tmp_path):
    owner_of(tmp_path, HERE)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_run_is_stored_with_its_owner_and_older_ones_have_none(tmp_path, tiny):
    engine = InlineEngine(tmp_path)
    run = open_run(engine.runs, engine.train(tiny, owner="somebody"))
    assert run.record().owner == "somebody"
    values = files.read_json(run.path / "config.json")
    del values["owner"]
    files.write_json(run.path / "config.json", values)
    assert run.record().owner is None
