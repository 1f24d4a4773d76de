"""The maps' page: what it asks of the engine, what it says, and what it does with odd runs."""

import numpy as np
import pytest

from facenet_core.runs.jobs.maps import measure_map
from pages.maps import figures as figures_trust
from pages.maps import maps as maps_view
from tests.pages.made_run import make_run
from tests.pages.still_engine import job


def said(app) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.info, *app.error, *app.warning])


def test_maps_are_measured_and_compared_in_a_table(visit, runs, engine):
    run = make_run(runs, maps=("umap-2d", "pca-2d", "umap-2d-0a1b2c3d"))
    run.write_map_settings("umap-2d-0a1b2c3d", {"neighbours": 50, "metric": "cosine"})
    app = visit("maps", run=run.id)
    assert not app.exception
    assert [name for name, what in engine.asked if (name, what) == ("ask", "measure_map")]
    table = next(part.value for part in app.markdown if part.value.startswith("| map |"))
    assert "UMAP · 2\\-D · 50 neighbours · cosine" in table
    stored = run.map_arrays("umap-2d", "trust/10")
    assert f"{np.nanmean(stored['moves']):.2f}" in table
    assert f"trustworthiness {stored['trustworthiness'][5].mean():.2f}" in said(app)
    assert "mean nothing" in said(app)


def test_a_map_that_is_not_there_is_drawn_on_request(visit, runs, engine):
    run = make_run(runs)
    app = visit("maps", run=run.id)
    assert "has no such map yet" in said(app)
    app.button(key="draw_now_b").click().run()
    assert ("job", ("map", "draw_chosen_map")) in engine.asked
    assert not app.exception
    app.button(key="cancel_b").click().run()
    assert ("cancel", "map-1") in engine.asked

    run.write_map("tsne-2d", run.map("umap-2d", 5))
    engine.jobs["map-1"] = job("finished", result={"map": "tsne-2d"})
    app.run()
    assert app.selectbox(key="map_b").value == "tsne-2d"
    assert not app.exception


def test_settings_go_with_the_job(visit, runs, engine, monkeypatch):
    run = make_run(runs)
    asked = []
    monkeypatch.setattr(engine, "start_job", lambda *args: asked.append(args) or "map-1")
    engine.jobs["map-1"] = job("failed", message="The disk is full: make room and try again.")
    app = visit("maps", run=run.id)
    app.number_input(key="nb_a_umap-2d").set_value(40).run()
    app.button(key="draw_a").click().run()
    kind, function, path, method, dimensions, settings, neighbours = asked[0]
    assert (kind, function.__name__, method, dimensions, neighbours) == ("map", "draw_chosen_map", "umap", 2, 10)
    assert path == str(run.path)
    assert settings == {"neighbours": 40, "min_dist": 0.1, "metric": "euclidean", "seed": 0}
    assert "disk is full" in said(app)


def test_the_ruler_shows_the_true_distance_beside_the_maps(visit, runs):
    run = make_run(runs)
    app = visit("maps", run=run.id)
    app.session_state["ruler"] = (0, 1)
    app.run()
    assert not app.exception
    points = run.epoch(5).embeddings.astype(float)
    squared = ((points[0] - points[1]) ** 2).sum()
    assert f"squared distance {squared:.2f}" in said(app)
    nearer = sum(((points[0] - other) ** 2).sum() < squared for other in points[2:])
    assert f"place {nearer + 1:,} of {len(points) - 1}" in said(app)
    assert "spreads of the map" in said(app)


def test_clicking_keeps_the_last_two_faces(visit, monkeypatch):
    state: dict = {}
    monkeypatch.setattr(maps_view.st, "session_state", state)
    for face in (4, 7, 7, 9):
        maps_view.point_at(face)
    assert state["ruler"] == (7, 9)


@pytest.mark.parametrize("change", [{"people": 1}, {"people": 1, "each": 2}, {"maps": ()}, {"epochs_done": 0}])
def test_runs_with_little_in_them_are_shown(visit, runs, change):
    app = visit("maps", run=make_run(runs, **change).id)
    assert not app.exception


@pytest.mark.parametrize("damaged", ["faces.npz", "maps/umap-2d/0005.npz", "maps/umap-2d/trust/10.npz"])
def test_damaged_files_are_said_or_measured_again(visit, runs, damaged):
    run = make_run(runs)
    measure_map(str(run.path), "umap-2d", 10)
    (run.path / damaged).write_bytes(b"half a fi")
    assert not visit("maps", run=run.id).exception


@pytest.mark.parametrize(("value", "words"), [(1.0, "trustworthiness 1.00"), (np.nan, "must be finite")])
def test_collapsed_and_broken_embeddings_are_said(visit, runs, value, words):
    run = make_run(runs)
    record = run.epoch(5)
    changed = np.full_like(record.embeddings, value)
    run.write_epoch(type(record)(epoch=5, embeddings=changed, figures=record.figures))
    app = visit("maps", run=run.id)
    assert not app.exception
    assert words in said(app)


def test_the_epochs_page_offers_what_the_run_has(visit, runs):
    run = make_run(runs, maps=("umap-2d", "umap-polished-2d"))
    app = visit("epochs", run=run.id)
    assert "UMAP, polished · 2-D" in [option.content for option in app.button_group(key="map").proto.options]


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("measure", list(figures_trust.SCALES))
def test_figures_are_ones_that_plotly_knows(dimensions, measure):
    import plotly.graph_objects as go

    positions = np.random.default_rng(0).normal(size=(6, dimensions))
    values = np.array([0, 0.5, 1, 2, -1, np.nan])
    drawn = figures_trust.trusted_map(
        positions, np.array([0, 1, 2] * 2), values=values, measure=measure, pair=(1, 4), ghosts=positions[None]
    )
    go.Figure(drawn.to_dict())  # checks every property
    colours = drawn.data[0].marker.color
    ends = (figures_trust.CIVIDIS[0][1], figures_trust.CIVIDIS[-1][1])
    low, high = reversed(ends) if measure == "jitter" else ends
    assert (colours[4], colours[3]) == (low, high)
    assert colours[5] == figures_trust.GREY
