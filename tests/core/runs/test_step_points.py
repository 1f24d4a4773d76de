"""Steps whose points are stored: small, complete after a pause, and without any influence on the training."""

from dataclasses import replace

import numpy as np
import pytest

from facenet_core.config import TrainingConfig
from facenet_core.runs import advance
from facenet_core.runs.records import RunRequest


def test_every_step_is_stored_also_across_a_pause(make_run, faces_root):
    run = make_run(embedding_size=3, step_points=True)
    run.write_request(RunRequest(until_step=4))  # in the middle of the second epoch
    assert advance(str(run.path), str(faces_root)) == "paused"
    steps, points = run.step_points()
    assert steps.tolist() == [1, 2, 3, 4]
    assert points.shape == (4, len(run.tracked()), 3)
    run.write_request(RunRequest())
    assert advance(str(run.path), str(faces_root)) == "finished"
    steps, later = run.step_points()
    assert steps.tolist() == list(range(1, 10))
    np.testing.assert_array_equal(later[:4], points)
    np.testing.assert_allclose(later[5], run.epoch(2).embeddings, atol=1e-6)  # no mirror before the last epoch


def test_a_run_with_points_equals_one_without(make_run, faces_root, weights_of):
    runs = [make_run(embedding_size=3, step_points=kept) for kept in (True, False)]
    for run in runs:
        assert advance(str(run.path), str(faces_root)) == "finished"
    assert weights_of(runs[0]) == weights_of(runs[1])
    assert runs[1].step_points()[0].size == 0


def test_steps_have_their_health_and_older_ones_read_as_unknown(make_run, faces_root):
    run = make_run()
    advance(str(run.path), str(faces_root))
    steps = run.steps()
    assert np.isfinite(steps["spread"]).all()
    np.testing.assert_allclose(steps["norm"], 1, atol=1e-5)
    old = {name: c for name, c in run.steps_of(1).items() if name not in ("spread", "norm", "rank")}
    run.write_steps(1, old)
    again = run.steps()
    assert np.isnan(again["rank"][:3]).all()
    assert np.isfinite(again["rank"][3:]).all()


def test_large_embeddings_are_refused():
    with pytest.raises(ValueError, match="step_points needs an embedding size of 2 or 3"):
        TrainingConfig(step_points=True)
    assert replace(TrainingConfig(embedding_size=2), step_points=True).step_points
