"""The batches drawn again are those of the training, step by step."""

from dataclasses import replace

import numpy as np
import pytest

from facenet_core import files
from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces import split_faces
from facenet_core.faces.synthetic import draw_set, undrawn_set
from facenet_core.runs import RunDamaged, RunRequest, create_run
from facenet_core.runs.advance import advance
from facenet_core.runs.jobs.batch_history import Batches, FacesNotHere, replay_batches
from facenet_core.training import Trainer


@pytest.fixture
def drawn(monkeypatch):
    """Return what training put into its batches: step -> indices into the face set."""
    seen = {}
    draw = Trainer._draw

    def watched(trainer):
        positions, triplets = draw(trainer)
        seen[trainer.steps_done + 1] = trainer.split.seen[positions]
        return positions, triplets

    monkeypatch.setattr(Trainer, "_draw", watched)
    return seen


def replayed(run, faces_root):
    return Batches.from_answer(replay_batches(str(run.path), str(faces_root)))


def check(run, found, drawn, steps):
    tracked = run.tracked()
    for face in range(len(tracked)):
        expected = [step for step in steps if tracked.index[face] in drawn[step]]
        assert found.steps_of(face).tolist() == expected


def test_they_are_those_of_the_training(make_run, faces_root, drawn):
    run = make_run()
    assert advance(str(run.path), str(faces_root)) == "finished"

    found = replayed(run, faces_root)

    check(run, found, drawn, range(1, 10))
    assert len(found.step) > 0
    assert len(found.mined) == 0
    unseen = np.flatnonzero(run.tracked().group > 0)
    assert not np.isin(found.face, unseen).any()
    both = found.steps_of(0, 1)
    assert both.tolist() == [step for step in drawn if {0, 1} <= set(found.face[found.step == step].tolist())]


def test_pauses_and_a_miner_that_chooses_its_batches(make_run, faces_root, drawn):
    run = make_run()
    for wish in (
        RunRequest(until_step=2),
        RunRequest(until_step=4, miner="offline-hardest"),
        RunRequest(until_step=8, miner="semi-hard"),
    ):
        run.write_request(wish)
        assert advance(str(run.path), str(faces_root)) == "paused"
        check(run, replayed(run, faces_root), drawn, [s for s in drawn if s not in (3, 4)])
    assert replayed(run, faces_root).mined.tolist() == [3, 4]


def test_another_seed_or_another_state_is_refused(make_run, faces_root):
    run = make_run()
    advance(str(run.path), str(faces_root))
    record = run.record()
    run.write_record(replace(record, config=replace(record.config, images_per_person=3)))
    with pytest.raises(RunDamaged, match="cannot be drawn again exactly"):
        replayed(run, faces_root)
    run.write_record(replace(record, images=5))
    with pytest.raises(RunDamaged, match="not those that it began with"):
        replayed(run, faces_root)
    run.write_record(record)
    (run.path / "checkpoint" / "state.json").write_text("{")
    with pytest.raises(RunDamaged, match="checkpoint is damaged"):
        replayed(run, faces_root)


def test_a_run_without_its_checkpoint_is_drawn_from_its_seed(make_run, faces_root, drawn):
    run = make_run(epochs=1)
    advance(str(run.path), str(faces_root))
    (run.path / "checkpoint" / "state.json").unlink()
    check(run, replayed(run, faces_root), drawn, range(1, 4))


def test_a_run_that_has_not_begun_and_faces_that_are_gone(make_run, faces_root, tmp_path):
    run = make_run(epochs=1)
    with pytest.raises(RunDamaged, match="has not begun"):
        replayed(run, faces_root)
    advance(str(run.path), str(faces_root))
    with pytest.raises(FacesNotHere, match="make them ready"):
        replayed(run, tmp_path / "elsewhere")


def test_the_synthetic_class_is_known_without_its_pictures(tmp_path):
    drawn = draw_set(people=22, images=6, root=tmp_path)
    known = undrawn_set(people=2, images=2)
    assert (known.names, known.files, known.source) == (drawn.names, drawn.files, drawn.source)
    np.testing.assert_array_equal(known.people, drawn.people)
    first, second = (split_faces(faces, people=2, images=2, seed=3) for faces in (drawn, known))
    assert first.seen.tolist() == second.seen.tolist()


def test_a_synthetic_run_whose_pictures_are_not_here(tmp_path, tiny, drawn):
    faces = FacesConfig(source="synthetic", people=2, images=2)
    config = TrainingConfig(faces=faces, embedding_size=4, epochs=2, device="cpu", precision="float32")
    run = create_run(tmp_path / "runs", config)
    advance(str(run.path), str(tmp_path / "faces"))
    check(run, replayed(run, tmp_path / "gone"), drawn, drawn)
    files.write_json(run.path / "changes.json", [{"step": 1, "miner": "nobody"}])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="miner must be one of"):
        replayed(run, tmp_path / "gone")
