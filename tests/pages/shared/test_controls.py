"""Every control moves once, and what it asks for reaches the engine."""

import pytest

from facenet_core.config import TrainingConfig
from tests.pages.conftest import PAGES
from tests.pages.made_run import make_run


def asked(engine, kind):
    return [what for name, what in engine.asked if name == kind]


@pytest.mark.parametrize("page", PAGES)
def test_every_control_moves_once(visit, runs, page):
    run = make_run(runs)
    app = visit(page, run=run.id)
    for key in [widget.key for widget in (*app.slider, *app.number_input, *app.selectbox)]:
        move(app, key)
        assert not app.exception, key
        app.run()  # the whole page again, where only a part was drawn


def move(app, key):
    """Give a control another value than it has."""
    for widget in (*app.slider, *app.number_input):
        if widget.key == key:
            step = widget.step or 1
            up = widget.value + step <= widget.max
            widget.set_value(widget.value + step if up else widget.value - step).run()
            return
    for widget in app.selectbox:
        if widget.key == key and len(widget.options) > 1:
            widget.select_index(0 if widget.value is None or widget.index else 1).run()
            return


@pytest.mark.parametrize("page", PAGES)
def test_every_button_can_be_pressed(visit, runs, page):
    run = make_run(runs, state="paused", epochs_done=2, epochs=4)
    keys = [button.key for button in visit(page, run=run.id).button if not button.disabled]
    for key in keys:
        app = visit(page, run=run.id)
        if key in [button.key for button in app.button]:  # an earlier press may have changed what is offered
            app.button(key=key).click().run()
        assert not app.exception, key


def test_train_starts_a_run_with_the_settings_of_the_link(visit, engine):
    app = visit("training", margin="0.3", people="12", images="8", epochs="4", seed="5", size="16")
    app.button(key="train").click().run()
    (config,) = asked(engine, "train")
    assert isinstance(config, TrainingConfig)
    assert (config.margin, config.faces.people, config.faces.images, config.epochs) == (0.3, 12, 8, 4)
    assert (config.seed, config.embedding_size) == (5, 16)
    assert app.query_params["run"] == engine.waiting[-1]


def test_a_loss_brings_its_own_settings_and_no_miner(visit, engine):
    app = visit("training", loss="ArcFace", miner="Hardest in the batch")
    assert "miner" not in [box.key for box in app.selectbox]
    app.slider(key="angular_margin").set_value(0.5).run()
    app.slider(key="logit_scale").set_value(24.0).run()
    app.button(key="train").click().run()
    (config,) = asked(engine, "train")
    assert (config.loss, config.angular_margin, config.logit_scale) == ("arcface", 0.5, 24.0)
    app = visit("training", loss="Soft margin", miner="Hardest in the batch")
    assert app.selectbox(key="miner").value == "batch-hard"
    assert not {"angular_margin", "logit_scale", "pair_margin"} & {slider.key for slider in app.slider}


def test_the_margin_on_the_slider_is_the_one_that_trains(visit, engine):
    app = visit("training")
    app.slider(key="margin").set_value(0.5).run()  # draws a part of the page, and only that is seen here
    app.run()
    app.button(key="train").click().run()
    assert asked(engine, "train")[0].margin == 0.5


@pytest.mark.parametrize(
    ("button", "wish"),
    [
        ("run_play", {}),
        ("run_step", {"until_step": 21}),
        ("run_epoch", {"until_epoch": 3}),
        ("run_stop", {"stop": True}),
        ("run_more", {"epochs": 14}),
    ],
)
def test_buttons_of_a_paused_run_ask_for_what_they_say(visit, runs, engine, button, wish):
    run = make_run(runs, state="paused", epochs_done=2, epochs=4)
    visit("training", run=run.id).button(key=button).click().run()
    assert asked(engine, "request") == [{"run": run.id, **wish}]


def test_pause_asks_a_running_run_to_rest(visit, runs, engine):
    run = make_run(runs, state="running", epochs_done=2, epochs=4)
    visit("training", run=run.id).button(key="run_pause").click().run()
    assert asked(engine, "request") == [{"run": run.id, "pause": True}]


@pytest.mark.parametrize(("state", "still"), [("running", False), ("paused", True)])
def test_a_moved_margin_is_offered_to_the_run(visit, runs, engine, state, still):
    run = make_run(runs, state=state, epochs_done=2, epochs=4)
    app = visit("training", run=run.id)
    assert app.button(key="margin_apply").disabled
    app.slider(key="margin").set_value(0.6).run()
    app.run()
    app.button(key="margin_apply").click().run()
    (wish,) = asked(engine, "request")
    assert (wish["margin"], wish["pause"]) == (0.6, still)


def test_retrain_differs_in_nothing_but_the_margin(visit, runs, engine):
    run = make_run(runs, seed=3)
    app = visit("training", run=run.id)
    app.slider(key="margin").set_value(0.6).run()
    app.run()
    app.button(key="margin_retrain").click().run()
    (config,) = asked(engine, "train")
    assert config.margin == 0.6
    assert config.to_json() | {"margin": 0.2} == run.record().config.to_json()


def test_a_folder_has_to_be_named(visit, engine):
    app = visit("training", source="A folder of faces")
    assert app.button(key="train").disabled
    assert "Name a folder" in app.warning[0].value


def test_the_names_of_files_may_say_whose_they_are(visit, engine):
    app = visit("faces", source="A folder of faces", path="/faces")
    app.button(key="prepare").click().run()
    app.checkbox(key="by_name").check().run()
    app.button(key="prepare").click().run()
    assert [config.people_from_names for config in asked(engine, "prepare")] == [False, True]
    assert asked(engine, "prepare")[1].path == "/faces"
    assert not visit("faces", source="synthetic", by_name="true").checkbox


def test_the_threshold_of_the_link_decides(visit, runs):
    run = make_run(runs)
    app = visit("verification", run=run.id, threshold="4.0")
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["False accepts"] == "100.0 %"
    assert metrics["False rejects"] == "0.0 %"


def test_the_epoch_of_the_link_is_shown(visit, runs):
    run = make_run(runs)
    app = visit("epochs", run=run.id, epoch="0")
    assert any("untrained" in part.value for part in app.markdown)


def test_faces_are_prepared_and_followed(visit, engine):
    app = visit("faces")
    app.button(key="prepare").click().run()
    assert asked(engine, "prepare")[0].source == "synthetic"
    assert "3 of 10 pictures read" in app.get("progress")[0].proto.text
    app.button(key="cancel_job").click().run()
    assert asked(engine, "cancel") == ["job-1"]


@pytest.mark.parametrize(
    ("page", "key", "options"),
    [
        ("epochs", "map", ["pca-2d", "pca-3d", "umap-2d"]),
        ("epochs", "group", [0, 1, 2]),
        ("verification", "verify_group", [0, 1, 2]),
        ("triplets", "triplets_of", ["unseen", "held-out", "batch", "seen"]),
        ("triplets", "bench", ["Batch calculator", "One step in slow motion", "Three points to drag"]),
    ],
)
def test_every_choice_can_be_made(visit, runs, page, key, options):
    app = visit(page, run=make_run(runs).id)
    for option in options:
        app.segmented_control(key=key).set_value(option).run()
        assert not app.exception, option
        app.run()
