"""A run whose faces are one point gives no accuracy and no threshold, wherever it is asked."""

from argparse import Namespace

import numpy as np
import pytest

from facenet_core.cli.network import RunNetwork
from facenet_core.cli.use import threshold_of
from facenet_core.exports.content import read_content
from facenet_core.exports.report import _threshold, _verification
from facenet_core.runs import EpochRecord, TrackedFaces, create_run
from facenet_core.runs.run_collapse import collapse_of, figures_of, final_figures_of
from facenet_core.runs.storage import STEP_COLUMNS
from facenet_core.runs.thresholds.own import run_threshold

FIGURES = {
    "pairs": 66,
    "same": 6,
    "accuracy": 0.66,
    "threshold": 6e-5,
    "auc": 0.73,
    "eer": 0.3,
    "val_at_far": {"0.1": 1},
}
EACH = 10  # steps


def steps(first, spread, loss):
    """Ten steps that leave two faces so far apart on average."""
    columns = {name: np.zeros(EACH) for name in STEP_COLUMNS}
    number = np.arange(first, first + EACH)
    changed = {"step": number, "epoch": np.full(EACH, (first - 1) // EACH + 1), "spread": np.full(EACH, spread)}
    changed |= {
        "loss": np.full(EACH, loss),
        "margin": np.full(EACH, 0.2),
        "norm": np.ones(EACH),
        "rank": np.full(EACH, 4),
    }
    changed |= {"valid": np.full(EACH, 100), "active": np.full(EACH, 100)}
    return {name: np.asarray(value, STEP_COLUMNS[name]) for name, value in (columns | changed).items()}


@pytest.fixture
def story(tmp_path, tiny):
    """Return what writes a run: for each epoch how far its faces are apart."""

    def write(*spreads):
        run = create_run(tmp_path, tiny)
        person = np.repeat(np.arange(12), 2).astype(np.int32)
        names = np.array([f"p{number}" for number in range(12)])
        group = np.where(person < 6, 2, 1).astype(np.uint8)
        faces = TrackedFaces(index=np.arange(24), person=person, group=group, names=names, files=names[person])
        run.write_tracked(faces, np.zeros((24, 48, 48, 3), np.uint8))
        points = np.random.default_rng(0).normal(size=(24, 4)).astype(np.float32)
        for epoch, spread in enumerate([2.0, *spreads]):
            if epoch:
                run.write_steps(epoch, steps(EACH * (epoch - 1) + 1, spread, 0.2 if spread < 0.01 else 0.1))
            figures = {"epoch": epoch, "loss": 0.2, "unseen": dict(FIGURES), "held_out": None}
            run.write_epoch(EpochRecord(epoch=epoch, embeddings=spread * points, figures=figures))
        run.write_verification({"epoch": len(spreads), "unseen": dict(FIGURES), "notes": []})
        return run

    return write


def test_figures_before_the_collapse_stay_and_those_of_one_point_go(story):
    run = story(1.5, 1e-4, 1e-4)
    found = collapse_of(run)
    assert (found.now, [found.at(epoch) for epoch in range(4)]) == (True, [False, False, True, True])
    assert [row["unseen"]["accuracy"] for row in figures_of(run)] == [0.66, 0.66, None, None]
    final = final_figures_of(run)
    assert (final["collapsed"], final["unseen"]["auc"], final["unseen"]["pairs"]) == (True, None, 66)
    assert "since step 11 all faces lie on one point, 0.000100 apart" in final["unseen"]["note"]
    assert found.words.startswith(found.sentence)
    assert "Train again with" in found.words


def test_it_has_no_threshold(story):
    run = story(1.5, 1e-4)
    assert run_threshold(run) is None
    assert run_threshold(run, 1).value == 6e-5
    with pytest.raises(ValueError, match=r"tells nobody apart\. Collapsed"):
        threshold_of(RunNetwork(run), Namespace(threshold=None))
    assert RunNetwork(run).collapse_notes() == [collapse_of(run).words]


def test_its_report_says_so(story):
    content = read_content(story(1e-4, 1e-4))
    assert "Collapsed: since step 1 " in _verification(content)
    assert "0.66" not in _verification(content)
    assert "no threshold" in _threshold(content, None)
    assert [row["unseen"]["auc"] for row in content.figures] == [0.73, None, None]


def test_a_run_that_came_back_keeps_its_last_figures(story):
    run = story(1e-4, 1.5)
    found = collapse_of(run)
    assert (found.now, found.words) == (False, "")
    assert [found.at(epoch) for epoch in range(3)] == [False, True, False]
    assert final_figures_of(run)["unseen"]["accuracy"] == 0.66
    assert run_threshold(run).value == 6e-5


def test_a_young_run_close_together_is_not_one(story):
    run = story(0.05)
    assert not collapse_of(run).now
    assert figures_of(run) == run.figures()
