"""The lesson on triplets: what it says are the run's own numbers, whatever the link asks for."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from facenet_core.config import FacesConfig
from facenet_core.evaluation import count_embedding_triplets
from facenet_core.runs.records import EpochRecord
from pages.shared.figures import triangle as figures_triplets
from pages.shared.parts import triplet as triplets_view
from pages.shared.parts import triplet_plane_data as plane_data
from pages.shared.parts import triplet_words as triplets_words
from pages.shared.words import bytes_words
from pages.triplets import batch_calculator
from pages.triplets import figures_one_step as figures_slow
from pages.triplets import one_step as slow_motion_view
from tests.pages.made_run import make_run
from tests.pages.made_step import make_step
from tests.pages.test_pages import words

SLOW, CALCULATOR = "One step in slow motion", "Batch calculator"


def plane_of(app):
    """Return what the plane was sent."""
    (found,) = [node for node in app.get("bidi_component") if "triplet_plane" in str(node.proto)]
    return json.loads(json.loads(found.proto.json)["json"])


def census(run, epoch, group, margin):
    faces = run.tracked()
    rows = np.flatnonzero(faces.group == group)
    return count_embedding_triplets(run.epoch(epoch).embeddings[rows], faces.person[rows], margin)


@pytest.mark.parametrize("margin", [0.05, 0.3, 1.5])
def test_the_page_counts_what_the_census_counts(visit, runs, margin):
    run = make_run(runs)
    app = visit("triplets", run=run.id, plane_margin=str(margin), epoch="2")
    expected = census(run, 2, 0, margin)
    assert (
        f"{expected.semi_hard:,} of {expected.valid:,} triplets of the 32 of 72 training pictures of seen people"
        in words(app)
    )
    sent = plane_of(app)
    place = sent["margins"].index(margin)
    assert (sent["easy"][place], sent["hard"][place]) == (expected.easy, expected.hard)
    assert (sent["margin"], sent["epoch"]) == (margin, 2)


def test_the_runs_own_margin_comes_first(visit, runs):
    run = make_run(runs, margin=0.45)
    assert plane_of(visit("triplets", run=run.id))["margin"] == 0.45


def test_the_plane_knows_the_margin_that_the_run_was_trained_with_at_each_epoch(visit, runs):
    run = make_run(runs, margin=0.2)
    for epoch in (4, 5):  # changed in mid-run
        run.write_steps(epoch, run.steps_of(epoch) | {"margin": np.full(10, 0.6)})
    for epoch, own in ((3, 0.2), (5, 0.6)):
        app = visit("triplets", run=run.id, plane_margin="1.0", epoch=str(epoch))
        assert (plane_of(app)["margin"], plane_of(app)["own"]) == (1.0, own)
        assert f"The run was trained with a margin of {own:.2f}." in plane_of(app)["alt"]
    assert plane_of(visit("triplets", run=run.id, epoch="5"))["margin"] == 0.6


@pytest.mark.parametrize("margin", ["", "nan", "-3", "9e9", "wide", "inf"])
def test_any_margin_of_the_link_becomes_one_of_the_slider(visit, runs, margin):
    app = visit("triplets", run=make_run(runs).id, plane_margin=margin)
    assert not app.exception
    assert plane_of(app)["margin"] in plane_data.MARGINS


@pytest.mark.parametrize("epoch", ["99", "-1", "x", ""])
def test_an_epoch_that_is_not_there_becomes_the_last(visit, runs, epoch):
    app = visit("triplets", run=make_run(runs).id, epoch=epoch)
    assert not app.exception
    assert plane_of(app)["epoch"] == 5


@pytest.mark.parametrize("triplet", ["", "0-1", "0-1-x", "0-0-9", "0-9-1", "0-1-2", "999-1-2", "0-1-999", "a-b-c-d"])
def test_a_triplet_that_is_none_is_passed_over(visit, runs, triplet):
    run = make_run(runs)
    app = visit("triplets", run=run.id, triplet=triplet)
    assert not app.exception
    assert plane_of(app)["chosen"]
    assert triplets_view.parse_triplet(triplet, run.tracked()) is None


def test_the_triplet_of_the_link_is_shown_with_its_numbers(visit, runs):
    run = make_run(runs)
    app = visit("triplets", run=run.id, triplet="0-1-6", epoch="3")
    points = run.epoch(3).embeddings
    near, far = (float(((points[0] - points[other]) ** 2).sum()) for other in (1, 6))
    assert plane_of(app)["chosen"] == pytest.approx([near, far], abs=1e-6)
    assert f"max(0, {near:.2f} − {far:.2f} + 0.20)" in words(app)
    assert len(plane_of(app)["trail"]) == 6


def test_a_chosen_place_gives_one_of_its_triplets_and_then_another(runs):
    run = make_run(runs)
    faces = run.tracked()
    data = plane_data.plane_data(run, faces, 0, plane_data.rows_of_group(faces, 0))
    for half, above in ((data.plane.below, False), (data.plane.above, True)):
        for column, row in np.argwhere(half >= 2)[:20]:
            found = {plane_data.in_half_cell(data, int(column), int(row), above, number) for number in range(4)}
            assert len(found) >= 2
            for triplet in found:
                near, far, _ = plane_data.distances_of(run, 0, triplet)
                assert column * 0.05 <= near < (column + 1) * 0.05
                assert row * 0.05 <= far < (row + 1) * 0.05
                assert (far - near >= (row - column) * 0.05) == above


def test_buttons_show_a_triplet_of_the_kind_they_name(visit, runs):
    run = make_run(runs)
    for key, kind in (("try_semi_hard", "Semi-hard"), ("try_hard", "Hard")):
        app = visit("triplets", run=run.id, epoch="0")
        app.button(key=key).click().run()
        assert f"**{kind}**" in words(app)


def test_without_a_run_there_is_still_something_to_play_with(visit):
    app = visit("triplets")
    assert "No run is stored yet" in app.info[0].value
    assert [node for node in app.get("bidi_component") if "sandbox" in str(node.proto)]
    app = visit("triplets", bench=CALCULATOR)
    assert {metric.value for metric in app.metric} == {"100", "300", "28,800"}
    app = visit("triplets", bench=SLOW)
    assert "train one first" in app.info[1].value


def test_faces_without_a_triplet_say_what_would_fill_the_plane(visit, runs):
    run = make_run(runs, people=6, each=3)  # each seen person has one tracked image left: two are held out
    app = visit("triplets", run=run.id)
    assert not app.exception
    assert "form no triplet" in words(app)
    assert "No triplet here" in plane_of(app)["empty"]
    assert not visit("triplets", run=run.id, bench=CALCULATOR).exception
    assert not visit("triplets", run=run.id, triplets_of="one batch").exception


def test_collapsed_embeddings_are_on_the_plane(visit, runs):
    run = make_run(runs)
    shape = run.epoch(5).embeddings.shape
    run.write_epoch(EpochRecord(epoch=5, embeddings=np.full(shape, 0.1, np.float32), figures=run.epoch(5).figures))
    app = visit("triplets", run=run.id)
    assert not app.exception
    sent = plane_of(app)
    assert sent["hard"][0] == sum(part[0] for part in (sent["easy"], sent["semi_hard"], sent["hard"]))
    assert "lose 0.200 on average, and two faces are 0.00 apart" in words(app)


def test_embeddings_of_any_length_get_a_plane_that_holds_them(visit, runs):
    run = make_run(runs)
    record = run.epoch(5)
    run.write_epoch(EpochRecord(epoch=5, embeddings=record.embeddings * 128, figures=record.figures))
    assert plane_of(visit("triplets", run=run.id))["upper"] > 4


def test_not_finite_embeddings_are_said(visit, runs):
    run = make_run(runs)
    record = run.epoch(5)
    record.embeddings[0] = np.nan
    run.write_epoch(record)
    app = visit("triplets", run=run.id)
    assert not app.exception
    assert "finite" in app.error[0].value
    assert len(plane_of(visit("triplets", run=run.id, epoch="3", triplet="0-1-6"))["trail"]) == 5


def test_a_damaged_epoch_leaves_the_others_to_look_at(visit, runs):
    run = make_run(runs)
    (run.path / "epochs" / "0002.npz").write_bytes(b"half a fi")
    app = visit("triplets", run=run.id, epoch="4", triplet="0-1-6")
    assert not app.error
    assert len(plane_of(app)["trail"]) == 5
    app = visit("triplets", run=run.id, epoch="2")
    assert "damaged" in app.error[0].value


def test_a_batch_has_as_many_people_and_images_as_asked(runs):
    faces = make_run(runs, people=12, each=6).tracked()
    rows = plane_data.rows_of_batch(faces, 3, 2, 0)
    assert np.unique(faces.person[rows], return_counts=True)[1].tolist() == [2, 2, 2]
    assert np.array_equal(rows, plane_data.rows_of_batch(faces, 3, 2, 0))
    assert not np.array_equal(rows, plane_data.rows_of_batch(faces, 3, 2, 1))
    assert len(plane_data.rows_of_batch(faces, 500, 500, 0)) == (faces.group == 0).sum()


def test_a_small_batch_is_shown_as_points(visit, runs):
    app = visit("triplets", run=make_run(runs).id, triplets_of="one batch")
    assert plane_of(app)["single"]


def test_the_calculator_counts_the_papers_batch(visit, runs):
    app = visit("triplets", run=make_run(runs).id, bench=CALCULATOR)
    app.button(key="preset_45_40").click().run()
    assert {"1,800", "70,200", "123,552,000"} <= {metric.value for metric in app.metric}
    assert "4.4 GB" in words(app)
    assert "26 MB" in words(app)


def test_times_are_told_only_once_they_were_measured(visit, runs, monkeypatch):
    app = visit("triplets", run=make_run(runs).id, bench=CALCULATOR)
    assert "time on this computer" not in words(app)
    monkeypatch.setattr(batch_calculator, "time_batch", named(lambda margin: {"built": 1e-6, "exact": 1e-8}))
    app.button(key="measure_batch").click().run()
    assert not app.exception
    assert "28,800 | 29 ms |" in words(app)


def named(function):
    function.__name__ = "time_batch"
    return function


def test_faces_of_a_step_that_are_gone_are_said(visit, runs):
    run = make_run(runs)
    record = run.record()
    faces = FacesConfig(source="folder", path="/gone")  # the synthetic class would be drawn anew
    run.write_record(replace(record, config=replace(record.config, faces=faces)))
    app = visit("triplets", run=run.id, bench=SLOW)
    assert not app.exception
    assert "prepare them again" in app.error[0].value


def test_a_step_is_walked_through_back_and_forward(visit, runs, monkeypatch):
    step = make_step(names=["<b>x</b>", "*y*", "$z$", "李"])
    monkeypatch.setattr(slow_motion_view, "slow_motion", lambda *_: asdict_shallow(step))
    app = visit("triplets", run=make_run(runs).id, bench=SLOW)
    seen = []
    for _ in slow_motion_view.PARTS[1:]:
        seen.append(app.segmented_control(key="slow_part").value)
        app.button(key="slow_forward").click().run()
        assert not app.exception
    assert app.button(key="slow_forward").disabled
    assert "| loss of the mined triplets | 0.300 | 0.200 |" in words(app)
    assert seen == [f"{number}. {part}" for number, part in enumerate(slow_motion_view.PARTS[:-1], 1)]
    app.button(key="slow_back").click().run()
    assert app.segmented_control(key="slow_part").value == "7. Update"


def asdict_shallow(step):
    return {name: getattr(step, name) for name in step.__dataclass_fields__}


@pytest.mark.parametrize("loss", ["triplet", "another"])
@pytest.mark.parametrize("mined", [0, 1, 30, 60])
def test_every_part_of_a_step_is_a_figure_and_a_sentence(mined, loss):
    step = make_step(people=6, mined=mined, loss=loss)
    for figure in (
        figures_slow.batch_map(step, mined=True),
        figures_slow.batch_map(step, arrows=True),
        figures_slow.batch_map(step, after=True, moved=True),
        figures_slow.distance_matrix(step),
        figures_slow.losses(step),
    ):
        go.Figure(figure.to_dict())
    assert all(sentence(step) for sentence in slow_motion_view.SENTENCES)


@pytest.mark.parametrize("sides", [(0.5, 1.0, 1.2), (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0), (4, 4, 0), (1, 4, 1)])
def test_a_triangle_keeps_its_distances(sides):
    places = figures_triplets.corners(*sides)
    assert np.isfinite(places).all()
    found = [((places[i] - places[j]) ** 2).sum() for i, j in ((0, 1), (0, 2), (1, 2))]
    assert found == pytest.approx(sides, abs=1e-6)
    go.Figure(figures_triplets.triangle(*sides, True).to_dict())
    go.Figure(figures_triplets.triangle(*sides, False).to_dict())


def test_arrows_are_minus_the_gradient():
    places = figures_triplets.corners(0.5, 0.8, 0.9)

    def loss(flat):
        a, p, n = flat.reshape(3, 2)
        return ((a - p) ** 2).sum() - ((a - n) ** 2).sum()

    slopes = [(loss(places.ravel() + d) - loss(places.ravel() - d)) / 2e-6 for d in np.eye(6) * 1e-6]
    assert figures_triplets.descent(places).ravel() == pytest.approx(-np.array(slopes), abs=1e-6)


@pytest.mark.parametrize(
    ("near", "far", "kind"), [(1, 1, "hard"), (1, 0.9, "hard"), (1, 1.1, "semi-hard"), (1, 1.25, "easy")]
)
def test_kinds_are_told_with_their_ties(near, far, kind):
    assert plane_data.kind_of(near, far, 0.25) == kind
    assert (kind == "easy") == ("is 0" in triplets_words.gradient_words(near, far, 1, kind))


@pytest.mark.parametrize(("count", "said"), [(0, "0 bytes"), (36, "36 bytes"), (25.92e6, "26 MB"), (4.448e9, "4.4 GB")])
def test_sizes_are_short(count, said):
    assert bytes_words(count) == said
