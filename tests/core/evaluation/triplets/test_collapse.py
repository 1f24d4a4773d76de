"""The detector on real runs, collapsed and healthy, and on steps written by hand."""

from dataclasses import replace

import numpy as np
import pytest

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.evaluation import CollapseReport, diagnose_collapse, settings_now
from facenet_core.faces import load_faces
from facenet_core.runs.storage import STEP_COLUMNS
from facenet_core.training import Trainer
from pages.collapse.recipes import RECIPES, SMALL

KINDS = {"hardest": "point", "rate": "point", "margin": "line", "length": "explosion"}


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return load_faces("synthetic", people=12, images=8, root=tmp_path_factory.mktemp("faces"))


def columns(reports) -> dict[str, np.ndarray]:
    return {name: np.array([getattr(report, name) for report in reports]) for name in STEP_COLUMNS}


def trained(faces, config) -> dict[str, np.ndarray]:
    trainer = Trainer(faces, config, threads=1)
    return columns([report for _ in range(config.epochs) for report in trainer.epoch().steps])


def first(steps, count) -> dict[str, np.ndarray]:
    return {name: column[:count] for name, column in steps.items()}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_recipe_ruins_its_run_and_the_detector_names_the_way_out(faces, recipe):
    report = diagnose_collapse(trained(faces, recipe.broken), recipe.broken)
    assert (report.verdict, report.kind) == ("collapsed", KINDS[recipe.name])
    assert report.since < 40
    assert set(report.cure) == set(recipe.change)
    assert report.cause


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_one_setting_put_right_ends_healthy(faces, recipe):
    report = diagnose_collapse(trained(faces, recipe.mended), recipe.mended)
    assert report.verdict in ("healthy", "recovered")
    assert report.spread > 0.5
    assert not report.ill


def test_the_usual_run_never_alarms(faces):
    config = replace(
        TrainingConfig(), faces=SMALL.faces, people_per_batch=12, epochs=20, device="cpu", precision="float32"
    )
    steps = trained(faces, config)
    verdicts = {diagnose_collapse(first(steps, count), config).verdict for count in range(1, len(steps["step"]) + 1)}
    assert verdicts == {"too early", "healthy"}


def test_a_run_that_finds_its_way_back_has_recovered(faces):
    recipe = RECIPES[0]
    trainer = Trainer(faces, replace(recipe.broken, seed=1), threads=1)
    steps = [report for _ in range(20) for report in trainer.epoch().steps]
    trainer.change(miner="semi-hard", epochs=100)
    steps += [report for _ in range(80) for report in trainer.epoch().steps]
    report = diagnose_collapse(columns(steps), recipe.mended)
    assert report.verdict == "recovered"
    assert report.since <= 10 < 40 < report.until
    assert report.spread > 0.5


def written(count=40, **values) -> dict[str, np.ndarray]:
    """Return steps of a run that trained well: loss low, few triplets active, everything far apart."""
    usual = {
        "step": np.arange(1, count + 1),
        "loss": 0.05,
        "margin": 0.2,
        "valid": 1000,
        "active": 2,
        "positive_distance": 0.3,
        "negative_distance": 0.45,
        "spread": 2.0,
        "norm": 1.0,
        "rank": 8.0,
    }
    return {name: np.broadcast_to(np.asarray(values.get(name, value)), count) for name, value in usual.items()}


COLLAPSED = {"loss": 0.2, "active": 1000, "spread": 1e-4, "positive_distance": 5e-5, "negative_distance": 5e-5}


def test_few_active_triplets_and_no_mined_ones_are_no_collapse():
    quiet = written(loss=0.0, active=0, positive_distance=np.nan, negative_distance=np.nan)
    assert diagnose_collapse(quiet, TrainingConfig()).verdict == "healthy"


def test_a_short_dip_is_no_collapse_but_is_told_while_it_lasts():
    dip = written(spread=np.where(np.arange(40) < 37, 2.0, 1e-3), active=1000, loss=0.2)
    assert diagnose_collapse(dip, TrainingConfig()).verdict == "collapsing"
    past = written(spread=np.where(np.arange(40) == 20, 1e-3, 2.0), active=1000, loss=0.2)
    assert diagnose_collapse(past, TrainingConfig()).verdict == "healthy"


def test_a_small_margin_makes_small_distances_no_collapse():
    near = written(spread=0.015, margin=0.01, loss=0.004, active=100)
    assert diagnose_collapse(near, TrainingConfig(margin=0.01)).verdict == "healthy"


def test_lengths_that_shrink_to_nothing_are_a_point():
    norm = np.geomspace(3, 1e-3, 40)
    shrinking = written(norm=norm, spread=norm**2, loss=0.2, active=1000)
    config = TrainingConfig(network_options={"unit_length": False})
    report = diagnose_collapse(shrinking, config)
    assert (report.verdict, report.kind) == ("collapsed", "point")
    assert report.cure == {"network_options": {"unit_length": True}}


def test_two_people_lie_on_a_line_by_right():
    config = TrainingConfig(faces=FacesConfig(people=2), people_per_batch=2)
    assert diagnose_collapse(written(rank=1.0), config).verdict == "healthy"
    assert diagnose_collapse(written(rank=1.0), TrainingConfig()).kind == "line"


def test_steps_of_an_earlier_version_are_judged_by_their_distances():
    old = {name: c for name, c in written(**COLLAPSED).items() if name not in ("spread", "norm", "rank")}
    report = diagnose_collapse(old, TrainingConfig(miner="batch-hard"))
    assert (report.verdict, report.cure) == ("collapsed", {"miner": "semi-hard"})
    assert np.isnan(report.rank)
    well = {name: c for name, c in written().items() if name not in ("spread", "norm", "rank")}
    assert diagnose_collapse(well, TrainingConfig()).verdict == "healthy"


@pytest.mark.parametrize("count", [0, 1, 9])
def test_before_enough_steps_nothing_is_claimed(count):
    report = diagnose_collapse(written(count, **COLLAPSED), TrainingConfig())
    assert report.verdict == "too early"
    assert isinstance(report, CollapseReport)


def test_wrong_columns_are_named():
    steps = written()
    with pytest.raises(ValueError, match="missing: loss"):
        diagnose_collapse({name: c for name, c in steps.items() if name != "loss"}, TrainingConfig())
    with pytest.raises(ValueError, match="one length"):
        diagnose_collapse({**steps, "loss": steps["loss"][:3]}, TrainingConfig())


def test_changes_of_the_middle_count_as_settings():
    now = settings_now(TrainingConfig(), [{"step": 3, "miner": "random"}, {"step": 9, "margin": 0.5, "epochs": 30}])
    assert (now.miner, now.margin, now.epochs) == ("random", 0.5, 30)
