"""The lesson Comparison: runs side by side, and the atlas, in the states that they can be in."""

import json

import numpy as np
import pytest

from facenet_core import files
from facenet_core.runs.storage import delete_run, list_runs
from facenet_core.runs.studies.atlas import Atlas, atlases_folder, list_atlases, write_atlas
from tests.pages.made_atlas import MARGINS, make_atlas
from tests.pages.made_run import make_run
from tests.pages.test_pages import words


@pytest.fixture
def atlas(runs) -> Atlas:
    """An atlas of three margins, trained."""
    return make_atlas(runs.parent)


def pair(runs, **second) -> list:
    """Two runs that differ in the margin."""
    return [make_run(runs, margin=0.2), make_run(runs, **({"margin": 0.8} | second))]


def link(made) -> str:
    return ",".join(run.id for run in made)


def in_link(app, name: str) -> str:
    """Return a part of the link, which the tester hands out as text or as a list of one."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_without_a_run_the_small_atlas_is_offered(visit, engine):
    app = visit("comparison")
    assert "no run to look at" in words(app)
    assert "shows with the first run that finishes here" in words(app)
    app.button(key="small_atlas").click().run()
    assert not app.exception
    configs = [asked for kind, asked in engine.asked if kind == "train"]
    assert [config.margin for config in configs] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.2]
    assert len({(config.seed, config.epochs, config.faces) for config in configs}) == 1
    assert [in_link(app, "atlas")] == list_atlases(atlases_folder(engine.data))
    assert "0 of 6 trained" in words(app)


def test_one_run_is_too_few_and_tells_how_long_an_atlas_takes(visit, runs):
    make_run(runs)
    said = words(visit("comparison"))
    assert "one run to look at" in said
    assert "That takes about" in said


def test_two_runs_stand_side_by_side_with_what_differs(visit, runs):
    made = pair(runs)
    app = visit("comparison", runs=link(made), epoch="3")
    assert not app.exception
    said = words(app)
    assert "| margin | :orange-background[**0\\.2**] | :orange-background[**0\\.8**] |" in said
    assert "its height compares nothing" in said
    assert app.slider(key="runs_epoch_5").value == 3
    assert in_link(app, "runs") == link(made)


def test_the_answer_stays_hidden_until_it_was_guessed(visit, runs):
    app = visit("comparison", runs=link(pair(runs)))
    assert "predict first" in words(app)
    assert not app.success
    app.radio[0].set_value("B").run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    assert "predict first" not in words(app)
    assert "No run is clearly best" in words(app)  # both are the same network


def test_equal_runs_are_not_distinguishable(visit, runs):
    made = [make_run(runs, people=30, margin=0.2) for _ in range(2)]
    app = visit("comparison", runs=link(made))
    app.button(key="predict_skip").click().run()
    assert not app.exception
    said = words(app)
    assert "These runs have the same settings" in said
    assert "| not distinguishable |" in said


def test_other_faces_are_compared_unpaired_and_it_is_said(visit, runs):
    made = pair(runs, people=18, each=5)
    record = files.read_json(made[1].path / "config.json")
    files.write_json(made[1].path / "config.json", record | {"fingerprint": "1" * 16})
    app = visit("comparison", runs=link(made))
    assert "learned from different faces" in words(app)
    app.button(key="predict_skip").click().run()
    assert not app.exception
    assert "other people |" in words(app)


def test_a_run_that_ends_earlier_stays_at_its_last_epoch(visit, runs):
    app = visit("comparison", runs=link(pair(runs, epochs=2, epochs_done=2)), epoch="5")
    assert not app.exception
    assert "stands at 2" in words(app)


def test_a_deleted_run_is_said(visit, runs):
    made = pair(runs)
    gone = made[1].id
    delete_run(runs, gone)
    make_run(runs)
    app = visit("comparison", runs=f"{made[0].id},{gone}")
    assert not app.exception
    assert any("may have been deleted" in warning.value for warning in app.warning)


def test_a_run_deleted_while_it_is_looked_at_is_left_out(visit, runs):
    made = [*pair(runs), make_run(runs, margin=0.4)]
    app = visit("comparison", runs=link(made))
    delete_run(runs, made[2].id)
    app.run()
    assert not app.exception
    assert len(app.multiselect(key="compare_runs").value) == 2


@pytest.mark.parametrize(
    "change", [{"people": 1}, {"people": 2, "each": 2}, {"unseen": False}, {"maps": ()}, {"epochs_done": 0}]
)
def test_runs_with_little_in_them_are_compared(visit, runs, change):
    app = visit("comparison", runs=link([make_run(runs, **change), make_run(runs, margin=0.4, **change)]))
    assert not app.exception
    if app.radio:
        app.button(key="predict_skip").click().run()
        assert not app.exception


@pytest.mark.parametrize("damaged", ["faces.npz", "epochs/0005.npz", "maps/pca-2d/0005.npz", "steps/0005.npz"])
def test_a_damaged_file_gets_a_sentence(visit, runs, damaged):
    made = pair(runs)
    (made[1].path / damaged).write_bytes(b"half a fi")
    app = visit("comparison", runs=link(made))
    assert not app.exception
    if app.radio:
        app.button(key="predict_skip").click().run()
        assert not app.exception


@pytest.mark.parametrize("kind", ["collapsed", "not a number"])
def test_embeddings_without_a_difference(visit, runs, kind):
    made = pair(runs)
    record = made[1].epoch(5)
    spoiled = np.full_like(record.embeddings, np.nan if kind == "not a number" else 1.0)
    files.write_npz(
        made[1].path / "epochs" / "0005.npz", embeddings=spoiled, figures=np.array(json.dumps(record.figures))
    )
    app = visit("comparison", runs=link(made))
    app.button(key="predict_skip").click().run()
    assert not app.exception


@pytest.mark.parametrize("given", ["../secret", "<script>", "a" * 300, ",,,"])
def test_odd_links_are_no_trouble(visit, runs, given):
    pair(runs)
    app = visit("comparison", runs=given, epoch="x", setting="<b>")
    assert not app.exception
    assert not visit("comparison", atlas=given).exception


def test_an_atlas_follows_two_sliders(visit, atlas):
    app = visit("comparison", atlas=atlas.id, setting="0.4", epoch="2")
    assert not app.exception
    assert app.select_slider[0].value == "0.4"
    assert app.slider(key="atlas_epoch_5").value == 2
    app.slider(key="atlas_epoch_5").set_value(4).run()
    app.select_slider[0].set_value("0.1").run()
    assert not app.exception
    assert (in_link(app, "setting"), in_link(app, "epoch")) == ("0.1", "4")


def test_an_atlas_asks_first_and_then_tells(visit, atlas):
    app = visit("comparison", atlas=atlas.id)
    assert "Which margin is best on people never seen?" in words(app)
    app.radio[0].set_value("0.4").run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    assert "You said 0\\.4" in words(app)
    assert "compared with" in words(app)
    app.button(key="try_smallest").click().run()
    assert app.select_slider[0].value == "0.1"


def test_an_atlas_with_a_deleted_run_shows_the_others(visit, runs, atlas):
    delete_run(runs, atlas.runs[1])
    app = visit("comparison", atlas=atlas.id)
    assert not app.exception
    assert any("1 of its 3 runs was deleted" in warning.value for warning in app.warning)


def test_an_atlas_without_any_run_left(visit, runs, atlas):
    for run in atlas.runs:
        delete_run(runs, run)
    app = visit("comparison", atlas=atlas.id)
    assert not app.exception
    assert "None of its runs has an epoch yet" in words(app)


def test_an_atlas_in_training_can_be_held_up(visit, runs, engine):
    states = [("finished", 4), ("running", 2), ("queued", 0)]
    made = [make_run(runs, state=state, epochs_done=done, epochs=4) for state, done in states]
    atlas = Atlas(
        id="20261124-101500-margin-cd34",
        created=0.0,
        varied="margin",
        values=MARGINS,
        runs=tuple(run.id for run in made),
    )
    write_atlas(atlases_folder(runs.parent), atlas)
    app = visit("comparison", atlas=atlas.id)
    assert not app.exception
    assert "1 of 3 trained" in words(app)
    assert "left" in words(app)
    app.button(key="atlas_pause").click().run()
    assert [asked for kind, asked in engine.asked if kind == "request"] == [
        {"run": made[2].id, "pause": True},
        {"run": made[1].id, "pause": True},
    ]


def test_an_atlas_is_deleted_without_its_runs_or_with_them(visit, runs, atlas):
    app = visit("comparison", atlas=atlas.id)
    app.button(key="atlas_delete").click().run()
    assert not app.exception
    assert list_atlases(atlases_folder(runs.parent)) == []
    assert len(list_runs(runs)) == 3
    write_atlas(atlases_folder(runs.parent), atlas)
    app = visit("comparison", atlas=atlas.id)
    app.checkbox(key=f"atlas_delete_runs_{atlas.id}").check().run()
    app.button(key="atlas_delete").click().run()
    assert not app.exception
    assert list_runs(runs) == []


def test_a_damaged_atlas_is_said_and_can_be_deleted(visit, runs, atlas):
    (atlases_folder(runs.parent) / f"{atlas.id}.json").write_text("{")
    app = visit("comparison", atlas=atlas.id)
    assert not app.exception
    assert "cannot be read" in app.warning[0].value
    app.button(key="atlas_delete").click().run()
    assert list_atlases(atlases_folder(runs.parent)) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [("0.1, x", "not a number"), ("0.1", "needs 2 to 8"), ("0.1, 0.1", "once only"), ("0.1, 9", "margin must lie")],
)
def test_values_that_cannot_be_are_said(visit, engine, values, said):
    app = visit("comparison")
    app.text_input(key="atlas_values_margin").set_value(values).run()
    assert not app.exception
    assert any(said in warning.value.replace("\\", "") for warning in app.warning)
    assert app.button(key="atlas_begin").disabled


def test_an_atlas_of_another_setting_is_begun(visit, engine):
    app = visit("comparison")
    app.selectbox(key="atlas_of").set_value("batch").run()
    app.button(key="atlas_begin").click().run()
    assert not app.exception
    batches = [(c.people_per_batch, c.images_per_person) for kind, c in engine.asked if kind == "train"]
    assert batches == [(8, 12), (12, 8), (25, 4), (48, 2)]


def test_brackets_that_are_missing_have_a_reason(visit, runs):
    """Four unseen people are too few to halve and draw: the table had figures without brackets and no word."""
    made = pair(runs)
    app = visit("comparison", runs=link(made))
    for skip in [button for button in app.button if button.key == "predict_skip"]:
        skip.click().run()
    assert not app.exception
    assert "of 4 people most draws lack same or different pairs in each half" in words(app)
    assert "7 people with two pictures each give one" in words(app)
