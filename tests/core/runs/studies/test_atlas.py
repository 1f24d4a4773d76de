"""Atlases: planned, begun, stored, followed, held up, deleted."""

import json
from dataclasses import replace

import pytest

from facenet_core import files
from facenet_core.config import TrainingConfig
from facenet_core.runs import InlineEngine, RunStatus
from facenet_core.runs.storage import create_run, delete_run, list_runs
from facenet_core.runs.studies.atlas import (
    VARIED,
    Atlas,
    AtlasMissing,
    atlases_folder,
    begin_atlas,
    delete_atlas,
    list_atlases,
    open_atlas,
    plan_atlas,
    read_values,
    runs_of,
    write_atlas,
)
from facenet_core.runs.studies.atlas_progress import expected_seconds, pause_all, play_all, progress_of, stop_all


@pytest.fixture
def engine(tmp_path, faces_root, monkeypatch):
    engine = InlineEngine(tmp_path)
    monkeypatch.setattr(engine, "faces", faces_root)
    return engine


class QueueingEngine(InlineEngine):
    """Trains nothing: every run waits, as behind others in a queue."""

    def _move(self, run):
        run.write_status(replace(run.status(), state="queued"))


@pytest.mark.parametrize("varied", VARIED)
def test_every_setting_that_can_be_varied_makes_configurations(varied):
    usual = VARIED[varied].usual
    plans = plan_atlas(TrainingConfig(), varied, usual)
    assert len({json.dumps(plan.to_json()) for plan in plans}) == len(usual)
    assert read_values(varied, ", ".join(str(value) for value in usual)) == list(usual)


@pytest.mark.parametrize(
    ("varied", "values", "said"),
    [
        ("colour", (1, 2), "varied must be one of margin"),
        ("margin", (0.2,), "needs 2 to 8 values of the margin, got 1"),
        ("margin", (0.2, 0.2), "once only"),
        ("margin", (0.2, 4.0), "margin must lie between 0 and 4"),
        ("embedding_size", (1, 2), "embedding_size must lie"),
        ("margin", tuple(n / 10 for n in range(1, 10)), "got 9"),
    ],
)
def test_what_cannot_be_planned_is_said_and_begins_nothing(engine, varied, values, said):
    with pytest.raises(ValueError, match=said):
        begin_atlas(engine, TrainingConfig(), varied, values)
    assert list_runs(engine.runs) == []


@pytest.mark.parametrize(
    ("varied", "text", "said"),
    [
        ("margin", "0.1, much", "'much' is not a number"),
        ("embedding_size", "8.5", "not a whole number"),
        ("batch", "25", "people x images"),
        ("miner", "nearest", "miner must be one of"),
    ],
)
def test_values_that_cannot_be_read_are_said(varied, text, said):
    with pytest.raises(ValueError, match=said):
        read_values(varied, text)


def test_an_atlas_trains_the_same_seed_over_a_setting(engine, tiny):
    atlas = begin_atlas(engine, replace(tiny, epochs=1), "margin", (0.1, 0.8), name="mine")
    assert open_atlas(atlases_folder(engine.data), atlas.id) == atlas
    runs = runs_of(atlas, engine.runs)
    assert [run.record().config.margin for run in runs] == [0.1, 0.8]
    assert {run.record().config.seed for run in runs} == {tiny.seed}
    assert [run.record().name for run in runs] == ["mine: margin 0.1", "mine: margin 0.8"]
    assert progress_of([run.status() for run in runs]).finished == 2
    first, second = (run.epoch(0).embeddings for run in runs)
    assert (first == second).all()  # the same untrained network
    assert not (runs[0].epoch(1).embeddings == runs[1].epoch(1).embeddings).all()


def test_what_was_begun_is_stopped_when_the_rest_cannot_begin(tmp_path, tiny, monkeypatch):
    engine = QueueingEngine(tmp_path)
    begin, count = engine.train, []

    def train(config, name=None, owner=None):
        count.append(config)
        if len(count) == 3:
            raise OSError("No space left on device")
        return begin(config, name=name)

    monkeypatch.setattr(engine, "train", train)
    with pytest.raises(OSError, match="No space"):
        begin_atlas(engine, tiny, "margin", (0.1, 0.2, 0.4))
    assert [run.status().state for run in list_runs(engine.runs)] == ["stopped", "stopped"]


def test_all_runs_are_held_up_and_go_on(tmp_path, tiny):
    engine = QueueingEngine(tmp_path)
    atlas = begin_atlas(engine, tiny, "margin", (0.1, 0.2, 0.4))
    runs = runs_of(atlas, engine.runs)
    assert progress_of([run.status() for run in runs]).waiting == 3
    pause_all(engine, runs)
    assert [run.status().state for run in runs] == ["paused"] * 3
    play_all(engine, runs)
    assert [run.status().state for run in runs] == ["queued"] * 3
    stop_all(engine, runs)
    progress = progress_of([run.status() for run in runs])
    assert (progress.resting, progress.moving) == (3, False)


def test_progress_counts_and_estimates():
    done = RunStatus(state="finished", step=100, steps=100, seconds=20.0)
    half = RunStatus(state="running", step=50, steps=100, seconds=10.0)
    progress = progress_of([done, half, RunStatus(), RunStatus(state="failed", message="Out of faces.")])
    assert (progress.runs, progress.finished, progress.running, progress.waiting, progress.resting) == (4, 1, 1, 1, 1)
    assert progress.share == pytest.approx(1.5 / 4)
    assert progress.failed == ("Out of faces.",)
    assert progress.seconds_left == pytest.approx(1.5 * 20 / 2 + 2 * 2)  # two at once, and two seconds each
    assert progress_of([done]).seconds_left is None
    assert progress_of([RunStatus()]).seconds_left is None
    assert progress_of([]).share == 0


def test_expected_seconds_follow_the_quickest_finished_run(tmp_path):
    plans = plan_atlas(TrainingConfig(), "margin", (0.1, 0.2))
    assert expected_seconds(tmp_path, plans, images=1000) is None
    for seconds in (30.0, 15.0):
        run = create_run(tmp_path, TrainingConfig())
        run.write_status(RunStatus(state="finished", images_shown=15_000, seconds=seconds))
    create_run(tmp_path, TrainingConfig(network="seed")).write_status(
        RunStatus(state="finished", images_shown=15_000, seconds=0.1)
    )
    assert expected_seconds(tmp_path, plans, images=1000) == pytest.approx(2 * 15 + 2 * 2)
    assert expected_seconds(tmp_path, plans) is None  # how many images is not known


def made(tmp_path, count: int = 2) -> Atlas:
    runs = [create_run(tmp_path / "runs", TrainingConfig()).id for _ in range(count)]
    values = tuple(round(0.1 * (n + 1), 1) for n in range(count))
    atlas = Atlas(id="a-1", created=1.0, varied="margin", values=values, runs=tuple(runs))
    write_atlas(atlases_folder(tmp_path), atlas)
    return atlas


def test_an_atlas_is_deleted_without_its_runs_or_with_them(tmp_path):
    atlas = made(tmp_path)
    assert delete_atlas(tmp_path, atlas.id, with_runs=False) == []
    assert (list_atlases(atlases_folder(tmp_path)), len(list_runs(tmp_path / "runs"))) == ([], 2)
    atlas = made(tmp_path)
    delete_run(tmp_path / "runs", atlas.runs[0])
    assert delete_atlas(tmp_path, atlas.id, with_runs=True) == []
    assert len(list_runs(tmp_path / "runs")) == 2
    with pytest.raises(AtlasMissing, match="may have been deleted"):
        delete_atlas(tmp_path, atlas.id, with_runs=True)


def test_a_run_that_trains_keeps_its_atlas(tmp_path):
    atlas = made(tmp_path)
    with files.locked(tmp_path / "runs" / atlas.runs[0] / "lock"):
        assert delete_atlas(tmp_path, atlas.id, with_runs=True) == [atlas.runs[0]]
    assert list_atlases(atlases_folder(tmp_path)) == [atlas.id]
    assert delete_atlas(tmp_path, atlas.id, with_runs=True) == []


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"format": 99}', '{"id": "a", "created": 1, "varied": "x", "values": [], "runs": []}'],
)
def test_a_damaged_atlas_is_said(tmp_path, content):
    root = atlases_folder(tmp_path)
    root.mkdir()
    (root / "a-1.json").write_text(content)
    with pytest.raises(AtlasMissing, match="cannot be read"):
        open_atlas(root, "a-1")
    assert list_atlases(root) == ["a-1"]
    assert delete_atlas(tmp_path, "a-1", with_runs=False) == []


@pytest.mark.parametrize("name", ["", "../runs", "a/b", "<b>", "a" * 300])
def test_odd_names_are_no_atlas(tmp_path, name):
    with pytest.raises(AtlasMissing, match="no atlas"):
        open_atlas(atlases_folder(tmp_path), name)
    with pytest.raises(AtlasMissing, match="no atlas"):
        delete_atlas(tmp_path, name, with_runs=True)
