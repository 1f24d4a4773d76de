"""The page of faces and the laboratory of factors: pairs, variance, difficulty, sliders, effects, and sets gone."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facenet_core.faces import SkippedPicture, split_faces
from facenet_core.faces.heads import CONDITION_FACTORS, IDENTITY_FACTORS
from facenet_core.faces.storing import Picture, store
from facenet_core.faces.synthetic import draw_set
from facenet_core.files import write_json, write_npz
from facenet_core.runs.jobs.factor_effects import FACTORS, weights_of
from pages.faces.figures import GROUPS, groups_of, heat, split_mosaic
from pages.factors import two_faces as factor_faces
from pages.shared.parts.pairs import differ_most
from pages.shared.runs import prepared_faces
from tests.pages.made_run import make_run
from tests.pages.still_engine import job
from tests.pages.test_pages import words

CLOSER = ("How hard is it?", "Mean face and variance", "Who is kept back, and why")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return draw_set(people=6, images=4, root=tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def faces(drawn, runs):
    """A prepared set in the data folder of the pages."""
    shutil.copytree(drawn.folder, runs.parent / "faces" / drawn.folder.name)
    return drawn


@pytest.fixture
def open_set(visit, engine):
    """Return what opens the page with a set made ready."""

    def open_page(fingerprint: str, **query: str):
        engine.jobs["job-1"] = job("finished", result={"fingerprint": fingerprint})
        app = visit("faces", **{"people": "2", "images": "2"} | query)
        app.button(key="prepare").click().run()
        return app

    return open_page


def learned(runs: Path, faces):
    """A finished run on this set, whose tracked faces are pictures of it."""
    run = make_run(runs, people=6, each=4)
    run.write_record(replace(run.record(), fingerprint=faces.fingerprint))
    (run.path / "checkpoint").mkdir(exist_ok=True)
    write_json(run.path / "checkpoint" / "state.json", {"files": {"network": "a"}})
    return run


def test_the_set_is_looked_at_by_a_worker(open_set, engine, faces):
    app = open_set(faces.fingerprint)
    assert not app.exception
    assert ("ask", "look_at_set") in engine.asked
    said = words(app)
    assert "The same person, far apart" in said
    assert "Different people, close together" in said
    assert "all 24 pictures" in said
    assert {metric.label for metric in app.metric} >= {"Guessing", "Raw pixels", "A network"}


@pytest.mark.parametrize("shown", CLOSER)
def test_every_close_look_stands(open_set, faces, shown):
    app = open_set(faces.fingerprint)
    app.segmented_control(key="closer").set_value(shown).run()
    assert not app.exception
    said = words(app)
    assert ("lies between people" in said) == (shown == CLOSER[1])
    assert ("never shown" in said) == (shown == CLOSER[2])


def test_pairs_are_measured_by_the_run_of_the_set(open_set, runs, faces):
    run = learned(runs, faces)
    app = open_set(faces.fingerprint, run=run.id)
    app.segmented_control(key="pairs_by").set_value("The network of a run").run()
    assert not app.exception
    assert "pictures that the run follows, at epoch 5" in words(app)
    app.segmented_control(key="pairs_kind").set_value("Where it is easy").run()
    assert "The same person, close together" in words(app)


def test_a_run_of_another_set_is_not_asked(open_set, runs, faces):
    app = open_set(faces.fingerprint, run=make_run(runs).id)
    assert app.segmented_control(key="pairs_by").disabled
    assert "Train on these faces" in words(app)


def test_a_collapsed_run_and_one_that_is_not_numbers_are_shown(open_set, runs, faces):
    run = learned(runs, faces)
    for value in (0.5, np.nan):
        last = run.epoch(5)
        run.write_epoch(replace(last, embeddings=np.full_like(last.embeddings, value)))
        app = open_set(faces.fingerprint, run=run.id)
        app.segmented_control(key="pairs_by").set_value("The network of a run").run()
        assert not app.exception, value
    assert "must be finite" in words(app)


def test_one_picture_each_that_is_the_same_is_said(open_set, runs):
    image = np.random.default_rng(0).integers(0, 255, (110, 110, 3), dtype=np.uint8)
    pictures = [Picture(image, name, f"{name}/1.png") for name in ("a", "*b*", "c")]
    odd = store(pictures, source="folder", place="here", root=runs.parent / "faces", key="k")
    app = open_set(odd.fingerprint)
    assert not app.exception
    said = words(app)
    assert "Nobody has two pictures here" in said
    assert "3 pictures look exactly like another one" in said
    app.segmented_control(key="closer").set_value(CLOSER[1]).run()
    assert "takes two people" in words(app)


def test_what_lay_beside_the_faces_is_said(open_set, runs):
    image = np.random.default_rng(0).integers(0, 255, (110, 110, 3), dtype=np.uint8)
    pictures = [
        Picture(image + np.uint8(place), name, f"{name}/{place}.png", size=(168, 192) if place else (640, 480))
        for name in ("a", "b")
        for place in range(4 + (name == "b"))
    ]
    pictures = [p for p in pictures if p.file != "a/0.png"] + [SkippedPicture(file="*a*.png", reason="it is empty")]
    root = runs.parent / "faces"
    odd = store(pictures, source="folder", place="here", root=root, key="k", kinds={".LOG": 3}, notes=["1 link."])
    app = open_set(odd.fingerprint)
    assert not app.exception
    said = " ".join(caption.value for caption in app.caption).replace("\\", "")
    assert "1 left out: *a*.png (it is empty)." in said
    assert "3 .LOG" in said
    assert "1 link." in said
    assert "b/0.png (640 x 480 pixels; most have about 168 x 192)" in said
    assert {"Left out: 1", "Unlike the rest: 1"} <= {part.label for part in app.expander}


def test_a_set_that_is_gone_is_a_sentence(open_set, runs, faces):
    app = open_set(faces.fingerprint)
    shutil.rmtree(runs.parent / "faces" / faces.fingerprint)
    for change in ({}, {"clear": True}):
        if change:
            prepared_faces.face_set.clear()
        app.number_input(key="seed").set_value(app.number_input(key="seed").value + 1).run()
        assert not app.exception
        assert "prepare" in words(app)


def test_a_set_that_a_run_learned_from_is_there_at_once(visit, runs, faces):
    run = learned(runs, faces)
    wanted = run.record().config.faces
    app = visit("faces", people=str(wanted.people), images=str(wanted.images))
    assert "24 pictures of 6 people" in words(app)


def test_the_mosaic_has_every_picture_in_its_group(drawn):
    split = split_faces(drawn, people=2, images=2)
    group = groups_of(drawn, split)
    assert [int((group == code).sum()) for code in range(len(GROUPS))] == [
        len(split.seen),
        len(split.held_out),
        len(split.unseen),
        24 - len(split.seen) - len(split.held_out) - len(split.unseen),
    ]
    cells = [cell for row in split_mosaic(drawn, split).data[0]["z"] for cell in row if cell is not None]
    assert sorted(cells) == sorted(group.tolist())


def test_a_heat_map_is_dark_at_zero_and_flat_where_nothing_varies():
    picture = heat(np.array([[0.0, 1.0]]), 1.0)
    assert picture[0, 1].sum() > picture[0, 0].sum()
    assert (heat(np.zeros((2, 2)), 0.0) == picture[0, 0]).all()


def test_what_two_pictures_differ_in_is_named(drawn):
    assert differ_most(drawn, 0, 0) == "hardly differ"
    assert differ_most(drawn, 0, 1).startswith("differ most in ")


def test_a_moved_slider_reaches_the_link_and_the_sentence(visit):
    app = visit("factors")
    assert "B is A" in words(app)
    app.slider(key="factor_yaw").set_value(30.0).run()
    assert not app.exception
    assert "→ 30°" in words(app).replace("\\", "")
    app.run()
    assert app.query_params["moved"] in ("yaw:30", ["yaw:30"])
    app.button(key="factor_reset").click().run()
    assert "B is A. " in words(app).replace("\\", "")


def test_the_link_brings_the_faces_back(visit):
    app = visit("factors", moved="yaw:30,glasses:2,nothing:1,roll:nan,pitch:1e9", who="3", b_who="4")
    assert not app.exception
    assert app.slider(key="factor_yaw").value == 30
    assert app.slider(key="factor_pitch").value == 25
    assert "and " in words(app)
    assert not visit("factors", moved="x" * 9000, b_who="-1", b_picture="²", who="0").exception


def test_buttons_change_the_person_or_the_picture_only():
    a = factor_faces.face_a(1, 1)
    names = {factor.name for factor in factor_faces.differences(a, factor_faces.face_a(1, 2))}
    assert names <= {factor.name for factor in CONDITION_FACTORS}
    assert factor_faces.differences(a, a) == []


@pytest.mark.parametrize(("side", "count"), [("Who it is", len(IDENTITY_FACTORS)), ("How it is seen", 33)])
def test_every_factor_has_its_widget(visit, side, count):
    app = visit("factors")
    app.segmented_control(key="factor_side").set_value(side).run()
    pills = app.pills(key=f"factor_part_{side.split()[0].lower()}")
    seen = set()
    for part in pills.options:
        app.pills(key=pills.key).set_value(part).run()
        assert not app.exception, part
        seen |= {widget.key for widget in (*app.slider, *app.selectbox) if str(widget.key).startswith("factor_")}
    assert len(seen) == count


def test_the_run_measures_the_two_faces(visit, runs, faces):
    run = learned(runs, faces)
    app = visit("factors", run=run.id, moved="yaw:30")
    metrics = {metric.label: metric.value for metric in app.metric}
    assert float(metrics["In raw pixels"]) > 0
    assert "Squared distance" in metrics
    assert "no weights yet" in words(visit("factors", run=make_run(runs).id))


def test_effects_are_asked_for_followed_and_shown(visit, runs, engine, faces):
    run = learned(runs, faces)
    app = visit("factors", run=run.id)
    app.button(key="factors_measure").click().run()
    assert ("job", ("factors", "measure_factors")) in engine.asked
    assert "3 of 10 pictures read" in words(app)
    app.button(key="factors_cancel").click().run()
    assert ("cancel", "factors-1") in engine.asked
    moved = np.random.default_rng(0).random((6, len(FACTORS)))
    (run.path / "factors").mkdir()
    names = np.array([factor.name for factor in FACTORS])
    weights = np.array(weights_of(str(run.path)))
    write_npz(run.path / "factors" / "usual.npz", names=names, network=moved, pixels=moved, weights=weights)
    app = visit("factors", run=run.id)
    assert not app.exception
    assert "On average a factor of who it is moves the network" in words(app)
    assert "6 people that no class contains" in words(app)
    (run.path / "factors" / "usual.npz").write_bytes(b"half")
    assert not visit("factors", run=run.id).exception
