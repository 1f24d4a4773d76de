"""Figures are made of plain dictionaries for speed: here Plotly checks each of them."""

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.collapse import figures as figures_collapse
from pages.shared.figures import colours
from pages.shared.figures import distances as figures_distances
from pages.shared.figures import map as figures_map
from pages.shared.figures import training as figures_training
from pages.shared.figures.colours import MARGIN
from pages.shared.figures.training import MOST_POINTS, thinned
from pages.shared.runs.readers import no_steps


def checked(figure):
    return go.Figure(figure.to_dict())  # raises for what Plotly does not know


def steps(count):
    ramp = np.linspace(1, 0, count)
    columns = {name: np.ones(count) for name in no_steps()}
    return columns | {"step": np.arange(1, count + 1), "loss": ramp, "active": 100 * ramp, "valid": np.full(count, 100)}


@pytest.mark.parametrize("count", [0, 1, 30, 5000])
def test_curves_are_figures_of_any_length(count):
    checked(figures_training.losses(steps(count), 5000))
    checked(figures_training.distances(steps(count), 5000, 0.2))
    checked(figures_training.distances(steps(count), 5000))


def test_a_batch_without_triplets_teaches_nothing():
    empty = steps(3) | {"valid": np.zeros(3), "active": np.zeros(3)}
    assert np.all(figures_training.losses(empty, 3).data[1].y == 0)


def test_the_band_is_as_high_as_the_margin_of_each_step_whatever_the_slider_says():
    changed = steps(5) | {"margin": np.array([0.3, 0.3, 0.3, 0.8, 0.8])}
    for moved in (None, 1.2):
        figure = figures_training.distances(changed, 5, moved)
        assert np.allclose(figure.data[1].y - figure.data[0].y, changed["margin"])
        assert (figure.data[1].line.width, figure.data[1].line.dash) == (2, None)


def test_a_moved_margin_is_dashed_and_named():
    own, moved = figures_training.distances(steps(5), 5), figures_training.distances(steps(5), 5, 1.2)
    dashed = [line for line in moved.data if line.line.dash == "dash" and line.line.color == MARGIN]
    assert len(dashed) == 1
    assert np.allclose(dashed[0].y - moved.data[0].y, 1.2)
    assert [note.text for note in moved.layout.annotations][1:] == ["╍ margin 1.20, moved"]
    assert len(own.data) == len(moved.data) - 1
    assert len(own.layout.annotations) == 1


def test_a_margin_changed_in_mid_run_is_drawn_in_steps_in_the_collapse_laboratory():
    words, calm = ("ruined", "put right"), steps(6)
    (mark,) = figures_collapse.losses(calm, calm, words, [0.2, 0.2], 6).layout.shapes
    assert mark.y0 == mark.y1 == 0.2
    changed = calm | {"margin": np.array([3.9, 3.9, 3.9, 0.2, 0.2, 0.2])}
    figure = figures_collapse.losses(changed, calm, words, [3.9, 0.2], 6)
    checked(figure)
    assert not figure.layout.shapes
    drawn = [line for line in figure.data if line.line.color == MARGIN]
    assert np.allclose(drawn[0].y, changed["margin"])
    assert drawn[0].line.shape == "hv"
    assert {"margin 3.9", "margin 0.2"} <= {note.text for note in figure.layout.annotations}


def test_accuracies_leave_out_groups_that_were_not_measured():
    figures = [{"epoch": 0, "unseen": None, "held_out": {"accuracy": 0.6}}, {"epoch": 1, "unseen": {"accuracy": None}}]
    figure = checked(figures_training.accuracies(figures, 2))
    assert len(figure.data) == 1


def test_thinned_columns_keep_their_mean_and_their_end():
    (column,) = thinned({"step": np.arange(1000.0)}, "step")
    assert len(column) <= MOST_POINTS
    assert column[0] == 1.0  # the mean of 0, 1 and 2
    assert column[-1] >= 998


@pytest.mark.parametrize("size", [2, 3])
def test_a_map_has_a_point_for_every_face(size):
    positions = np.random.default_rng(0).normal(size=(6, size)).astype(np.float32)
    person, group = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 2])
    figure = figures_map.face_map(positions, person, group, 3)
    checked(figure)
    assert list(figure.data[0].customdata) == [0, 1, 2, 3, 4, 5]
    assert np.asarray(figure.data[0].x).dtype == np.float32


@pytest.mark.parametrize(
    "positions", [np.zeros((3, 2)), np.full((3, 2), np.nan), np.zeros((0, 2)), np.full((2, 2), 1e9)]
)
def test_a_map_has_axes_whatever_lies_on_it(positions):
    for low, high in figures_map.bounds(positions):
        assert np.isfinite([low, high]).all()
        assert low < high


def test_wrong_pairs_stand_out_at_a_threshold():
    flat = np.full(figures_distances.BINS, 1 / figures_distances.BINS)
    figure = figures_distances.distance_histogram(flat, flat, 1.01)
    checked(figure)
    strength = {
        (area.hovertemplate.split(":")[0], float(area.x[0]) > 0): float(area.fillcolor.split(",")[-1][:-1])
        for area in figure.data
    }
    assert strength["same person", True] > strength["same person", False]
    assert strength["different people", False] > strength["different people", True]
    assert {round(float(area.x[-1]), 2) for area in figure.data} == {1.01, 4.0}  # parted at the threshold itself


@pytest.mark.parametrize("threshold", [None, -1.0, 0.0, 4.0, 5.0])
def test_a_histogram_holds_every_pair_wherever_the_threshold_is(threshold):
    share = np.arange(figures_distances.BINS, dtype=float)
    figure = figures_distances.distance_histogram(share, share, threshold)
    checked(figure)
    assert len(figure.data) == 2
    assert np.array_equal(np.asarray(figure.data[0].y)[:-1], share)


@pytest.mark.parametrize("count", [0, 1, 8, 9, 50, 300])
def test_everybody_has_a_colour(count):
    found = colours.person_colours(count)
    assert len(found) == count
    assert all(len(colour) == 7 and int(colour[1:], 16) >= 0 for colour in found)
    assert len(set(found)) >= min(count, 40)
