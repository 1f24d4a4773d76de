"""One step taken apart: the numbers are those of a real step, and the run stays as it is."""

import shutil

import numpy as np
import pytest

from facenet_core.evaluation import count_triplets
from facenet_core.runs import RunDamaged, create_run
from facenet_core.runs.advance import advance
from facenet_core.runs.jobs.one_step import SlowStep, slow_motion


@pytest.fixture
def trained(make_run, faces_root):
    run = make_run(epochs=1)
    assert advance(str(run.path), str(faces_root)) == "finished"
    return run


def step_of(run, faces_root, *, trained=True, people=4, images=3, seed=0):
    return SlowStep.from_answer(slow_motion(str(run.path), str(faces_root), people, images, seed, trained))


def content(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_run_is_left_as_it_was(trained, faces_root):
    before = content(trained.path)
    step_of(trained, faces_root)
    assert content(trained.path) == before


@pytest.mark.parametrize("weights", [True, False])
def test_a_step_holds_what_the_census_counts(trained, faces_root, weights):
    step = step_of(trained, faces_root, trained=weights)
    assert step.before.shape == step.after.shape == step.gradient.shape == (12, 16)
    assert step.thumbnails.shape == (12, 48, 48, 3)
    assert list(step.person) == sorted(step.person)
    for distances, counts in ((step.distances_before, step.counts_before), (step.distances_after, step.counts_after)):
        census = count_triplets(distances, step.person, step.margin)
        assert list(counts[:4]) == [census.valid, census.easy, census.semi_hard, census.hard]
    assert len(step.anchors) == step.counts_before[4]
    assert (step.person[step.anchors] == step.person[step.positives]).all()
    assert (step.person[step.anchors] != step.person[step.negatives]).all()


def test_the_gradient_is_that_of_the_mined_triplets(trained, faces_root):
    step = step_of(trained, faces_root, trained=False)
    points = step.before.astype(np.float64)
    a, p, n = step.anchors, step.positives, step.negatives
    lost = ((points[a] - points[p]) ** 2).sum(1) - ((points[a] - points[n]) ** 2).sum(1) + step.margin
    active = lost > 0
    assert active.any()
    assert step.loss_before == pytest.approx(lost[active].mean(), abs=1e-4)
    expected = np.zeros_like(points)
    for anchor, positive, negative in zip(a[active], p[active], n[active], strict=True):
        expected[anchor] += 2 * (points[negative] - points[positive])
        expected[positive] += 2 * (points[positive] - points[anchor])
        expected[negative] += 2 * (points[anchor] - points[negative])
    np.testing.assert_allclose(step.gradient, expected / active.sum(), atol=1e-4)


def test_a_step_changes_the_network_and_both_looks_share_their_axes(trained, faces_root):
    step = step_of(trained, faces_root, trained=False)
    assert step.change > 0
    assert np.abs(step.after - step.before).max() > 1e-4
    both, places = (
        np.concatenate(pair) for pair in ((step.before, step.after), (step.places_before, step.places_after))
    )
    spread = ((both - both.mean(0)) ** 2).sum()
    assert (places**2).sum() / spread == pytest.approx(step.spread_shown, rel=1e-3)
    assert 0 < step.spread_shown <= 1


@pytest.mark.parametrize("loss", ["contrastive", "arcface"])
def test_a_loss_without_triplets_is_taken_apart_too(make_run, faces_root, loss):
    run = make_run(epochs=1, loss=loss, miner="offline-hardest")
    assert advance(str(run.path), str(faces_root)) == "finished"
    step = step_of(run, faces_root)
    assert (len(step.anchors), step.counts_before[4], step.loss) == (0, 0, loss)
    assert step.counts_before[0] == count_triplets(step.distances_before, step.person, step.margin).valid
    assert np.abs(step.gradient).max() > 0
    assert step.change > 0


def test_equal_seeds_give_equal_steps(trained, faces_root):
    first, second, other = (step_of(trained, faces_root, trained=False, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.after, second.after)
    assert not np.array_equal(first.thumbnails, other.thumbnails)


def test_a_batch_larger_than_the_set_takes_what_there_is(trained, faces_root):
    step = step_of(trained, faces_root, people=50, images=30)
    assert len(step.names) == 6
    assert len(step.person) == 24


def test_faces_that_are_gone_are_said(trained, faces_root, tmp_path):
    with pytest.raises(RunDamaged, match="prepare them again"):
        step_of(trained, tmp_path / "elsewhere")


def test_a_run_that_has_not_begun_is_said(tiny, tmp_path, faces_root):
    run = create_run(tmp_path / "runs", tiny)
    with pytest.raises(RunDamaged, match="has not begun"):
        step_of(run, faces_root)


def test_weights_that_are_gone_are_said(trained, faces_root):
    shutil.rmtree(trained.path / "checkpoint")
    with pytest.raises(RunDamaged, match="damaged"):
        step_of(trained, faces_root)
    assert step_of(trained, faces_root, trained=False).change > 0
