"""Figures are made of plain dictionaries for speed: here Plotly checks each of them."""

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.shared import colours, figures_distances, figures_map, figures_training
from pages.shared.figures_training import MOST_POINTS, thinned
from pages.shared.readers import no_steps


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


def test_a_batch_without_triplets_teaches_nothing():
    empty = steps(3) | {"valid": np.zeros(3), "active": np.zeros(3)}
    assert np.all(figures_training.losses(empty, 3).data[1].y == 0)


def test_the_band_is_as_high_as_the_margin():
    figure = figures_training.distances(steps(5), 5, 0.3)
    assert np.allclose(figure.data[1].y - figure.data[0].y, 0.3)


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
