"""The laboratories over stored state: what they ask of the engine, and what they say."""

from dataclasses import replace

import numpy as np

from facenet_core.runs.records import RunRecord
from facenet_core.runs.storage import RunFolder
from pages.collapse.recipes import RECIPES
from pages.shared.components.browser.static_files import CODE
from pages.shared.parts.sphere_frames import epoch_film
from tests.pages.made_run import make_run
from tests.pages.test_pages import words


def small(run: RunFolder, size: int = 3) -> RunFolder:
    """Make the embeddings of a made run so small that they can be looked at."""
    record: RunRecord = run.record()
    run.write_record(replace(record, config=replace(record.config, embedding_size=size)))
    for number in run.epochs():
        epoch = run.epoch(number)
        rows = epoch.embeddings[:, :size]
        run.write_epoch(replace(epoch, embeddings=rows / np.linalg.norm(rows, axis=1, keepdims=True)))
    return run


def collapse(run: RunFolder) -> RunFolder:
    """Rewrite the steps of a made run as those of a network that put all faces on one spot."""
    for number in run.epochs()[1:]:
        steps = run.steps_of(number)
        one = np.ones(len(steps["step"]))
        run.write_steps(
            number,
            steps | {"loss": 0.2 * one, "spread": 1e-4 * one, "norm": one, "rank": 2 * one, "active": steps["valid"]},
        )
    return run


def test_the_training_page_says_a_collapse_and_offers_the_cure(visit, runs, engine):
    run = collapse(make_run(runs))
    app = visit("training", run=run.id)
    assert "all faces have become one point" in words(app)
    app.button(key="collapse_cure").click().run()
    assert not app.exception
    (config,) = [asked for kind, asked in engine.asked if kind == "train"]
    assert config.seed == run.record().config.seed
    assert config.learning_rate < run.record().config.learning_rate


def test_a_healthy_run_is_said_to_be_healthy(visit, runs):
    assert "Healthy: no sign of a collapse" in words(visit("training", run=make_run(runs).id))


def test_a_recipe_wants_a_guess_before_it_runs(visit, engine):
    app = visit("collapse")
    assert app.button(key="collapse_run").disabled
    app.radio[0].set_value("at the margin").run()
    app.button(key="collapse_run").click().run()
    assert not app.exception
    assert [asked for kind, asked in engine.asked if kind == "train"] == [RECIPES[0].broken, RECIPES[0].mended]


def test_a_recipe_is_opened_by_its_short_name_in_the_link(visit):
    app = visit("collapse", recipe="rate")
    assert app.segmented_control(key="recipe").value == "rate"
    assert "a learning rate of 1," in words(app)
    app.button(key="try_margin").click().run()
    assert app.segmented_control(key="recipe").value == app.query_params["recipe"] == "margin"


def test_an_unknown_recipe_in_the_link_is_the_first_one(visit):
    app = visit("collapse", recipe="<b>nobody</b>")
    assert not app.exception
    assert app.query_params["recipe"] == RECIPES[0].name


def test_a_run_of_another_size_is_said_and_a_small_one_offered(visit, runs, engine):
    app = visit("sphere", run=make_run(runs).id)
    assert "nobody can look at a space of 128 dimensions" in words(app)
    app.button(key="sphere_train_3").click().run()
    (config,) = [asked for kind, asked in engine.asked if kind == "train"]
    assert (config.embedding_size, config.step_points) == (3, True)


def test_the_spheres_margin_is_that_of_each_frame(runs):
    run = small(make_run(runs, margin=0.2))
    for epoch in (4, 5):  # changed in mid-run
        run.write_steps(epoch, run.steps_of(epoch) | {"margin": np.full(10, 0.6)})
    assert list(epoch_film(run).margins) == [0.2, 0.2, 0.2, 0.2, 0.6, 0.6]


def test_spheres_and_circles_are_shown(visit, runs):
    for size, word in ((3, "three"), (2, "two")):
        app = visit("sphere", run=small(make_run(runs), size).id)
        assert not app.exception
        assert f"the {word} numbers of a face are its place" in words(app)


def test_a_run_without_stored_steps_offers_none(visit, runs):
    assert visit("sphere", run=small(make_run(runs)).id).button(key="try_steps").disabled


def test_what_was_chosen_for_another_run_is_let_go_where_it_is_not_offered(visit, runs):
    app = visit("sphere", run=small(make_run(runs)).id)
    app.button(key="try_strangers").click().run()
    app.session_state["sphere_frames"] = "Step by step"
    app.query_params["run"] = small(make_run(runs, unseen=False)).id
    app.run()
    assert not app.exception
    assert app.segmented_control(key="sphere_frames").value == "Epoch by epoch"
    assert app.segmented_control(key="sphere_group").value == 0


def test_a_damaged_epoch_is_said(visit, runs):
    run = small(make_run(runs))
    (run.path / "epochs/0003.npz").write_bytes(b"half a fi")
    app = visit("sphere", run=run.id)
    assert not app.exception
    assert "damaged" in words(app)


def test_the_code_of_the_sphere_writes_no_markup():
    assert len(CODE) > 4
    for source in CODE:
        assert "innerHTML" not in source.read_text(encoding="utf-8"), source.name
