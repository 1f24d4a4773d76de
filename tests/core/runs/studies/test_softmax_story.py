import numpy as np
import pytest

from facenet_core import files
from facenet_core.evaluation.recognition.classifier_answers import classifier_parameters
from facenet_core.faces import load_faces
from facenet_core.runs import job_status as jobs
from facenet_core.runs.studies import softmax_story
from facenet_core.runs.studies.softmax_sides import HELD_OUT, NEW_PEOPLE, Plan, divided, measure_both

PLAN = Plan(images=2, epochs=1)


@pytest.fixture
def faces(noise_folder, faces_root):
    return load_faces("folder", path=str(noise_folder), root=faces_root)


def test_both_sides_are_trained_on_the_same_and_measured_on_others(faces, tiny):
    told = []
    config = softmax_story.story_config(tiny.to_json(), 5, PLAN)
    found = measure_both(faces, config, 5, PLAN, lambda *what: told.append(what))
    assert (found.people, found.probes, found.new_probes) == (5, 5 * HELD_OUT, NEW_PEOPLE * HELD_OUT)
    assert found.images_shown > 0
    assert [part for part, done, total in told if done == total] == ["embedding", "classifier", "again"]
    assert found.embedding.new_seconds < found.classifier.new_seconds
    assert found.classifier.new_parameters == classifier_parameters(5 + NEW_PEOPLE, 16, bias=True)
    assert found.embedding.new_parameters == 0
    for side in (found.embedding, found.classifier):
        assert 0 <= side.low <= side.right <= side.high <= 1


def test_nobodys_picture_is_on_both_sides_of_the_split(faces):
    split = divided(faces, 5, 2)
    assert len(split.seen) == 10
    assert not set(split.seen) & set(split.held_out)
    assert set(faces.people[split.seen]) == set(faces.people[split.held_out]) == set(range(5))


def test_parameters_are_those_of_the_modules(tiny):
    counted = softmax_story.count_parameters(tiny.to_json(), [10, 100])
    assert counted["last_layer"] == [classifier_parameters(count, 16, bias=True) for count in (10, 100)]
    assert counted["network"] > 10_000


def test_a_story_is_kept_and_found_again_whatever_the_run_was_trained_on(tmp_path, faces, tiny, monkeypatch):
    monkeypatch.setattr(softmax_story, "PLANS", {5: PLAN})
    monkeypatch.setattr(softmax_story, "draw_set", lambda **_: faces)
    config, stories = tiny.to_json(), tmp_path / "stories"
    assert softmax_story.stored_story(stories, config, 5) is None
    path = jobs.job_path(tmp_path / "jobs", "story-1")
    path.parent.mkdir()
    assert softmax_story.tell_story(str(path), config, 5, str(tmp_path), str(stories)) == "finished"
    found = softmax_story.stored_story(stories, config | {"loss": "softmax", "epochs": 99}, 5)
    assert found.people == 5
    assert softmax_story.stored_story(stories, config | {"embedding_size": 8}, 5) is None
    file = softmax_story.story_file(stories, config, 5)
    files.write_json(file, files.read_json(file) | {"format": 99})
    assert softmax_story.stored_story(stories, config, 5) is None
    file.write_text("half a fi")
    assert softmax_story.stored_story(stories, config, 5) is None


def test_a_wish_to_cancel_ends_it_and_keeps_nothing(tmp_path, faces, tiny, monkeypatch):
    monkeypatch.setattr(softmax_story, "PLANS", {5: PLAN})
    monkeypatch.setattr(softmax_story, "draw_set", lambda **_: faces)
    monkeypatch.setattr(jobs, "_TELL_EVERY", 0.0)
    path = jobs.job_path(tmp_path / "jobs", "story-1")
    path.parent.mkdir()
    path.with_suffix(".cancel").touch()
    assert softmax_story.tell_story(str(path), tiny.to_json(), 5, str(tmp_path), str(tmp_path / "stories")) == "failed"
    assert "nothing of this comparison was kept" in jobs.read_job(tmp_path / "jobs", "story-1").message
    assert not (tmp_path / "stories").exists()


def test_every_plan_can_be_trained():
    for people, plan in softmax_story.PLANS.items():
        config = softmax_story.story_config(softmax_story.TrainingConfig().to_json(), people, plan)
        assert config.loss == "triplet"
        assert config.faces.people == people
        assert np.prod([people, plan.images, plan.epochs]) <= 40_000  # images shown
