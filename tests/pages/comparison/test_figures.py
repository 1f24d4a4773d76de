"""The figures of several runs: Plotly checks each of them, and none tells runs apart by colour alone."""

import numpy as np
import pytest

from pages.comparison.figures import CURVES, STYLES, curves, heat_map, intervals
from pages.comparison.figures_baselines import MethodRow, method_rows
from tests.pages.shared.test_figures import checked


def test_no_two_runs_differ_in_colour_only():
    assert len({style.colour for style in STYLES}) == len(STYLES)
    assert len({style.symbol for style in STYLES}) == len(STYLES)
    assert len({style.dash for style in STYLES[:6]}) == 6


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("values", [[None, 0.3, 0.2], [None, None, None], []])
def test_curves_of_runs_with_gaps(name, values):
    runs = [("<b>A</b>", list(range(len(values))), values), ("B", [0, 1], [0.5, 0.6])]
    figure = curves(name, runs, 1, legend=True)
    checked(figure)
    assert figure.layout.shapes[0].x0 == 1
    assert "&lt;b&gt;A" in figure.layout.annotations[0].text
    assert len(figure.data[0].y) == sum(value is not None for value in values)


def test_a_cell_of_the_heat_map_tells_its_row_and_column():
    values = np.array([[0.5, 0.6, np.nan], [0.5, 0.7, 0.8]])
    figure = heat_map(["0.1", "0.2"], [0, 1, 2], values, (1, 2), "margin")
    checked(figure)
    assert np.array_equal(figure.data[0].customdata, [[0, 1, 2], [3, 4, 5]])
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y0) == (1.5, 0.5)


def test_a_heat_map_of_many_epochs_or_of_nothing():
    many = checked(heat_map(["0.1"], list(range(200)), np.full((1, 200), 0.5), (0, 3), "margin"))
    assert len(many.layout.xaxis.tickvals) <= 16
    checked(heat_map(["0.1"], [0], np.full((1, 1), np.nan), (0, 0), "margin"))


@pytest.mark.parametrize("guessing", [None, 0.5])
def test_methods_stand_in_rows_and_what_is_not_measured_says_so(guessing):
    rows = [
        MethodRow(label="<b>Raw</b>", value=0.6, interval=(0.5, 0.7)),
        MethodRow(label="Softmax", value=None, interval=None),
        MethodRow(label="Triplet loss, this run", value=0.99, interval=None, own=True),
    ]
    figure = checked(method_rows(rows, "right answers", guessing))
    assert [trace.y[0] for trace in figure.data] == [0, 2]
    assert "&lt;b&gt;Raw" in figure.layout.yaxis.ticktext[0]
    assert any(note.text == "not measured yet" and note.y == 1 for note in figure.layout.annotations)
    assert len(figure.layout.shapes) == (guessing is not None)
    assert figure.layout.xaxis.range[1] <= 1
    checked(method_rows([], "right answers", guessing))


def test_intervals_leave_out_what_is_not_known():
    rows = [
        {"label": "A", "value": 0.8, "low": 0.7, "high": 0.9},
        {"label": "B", "value": 0.7, "low": None, "high": None},
        {"label": "C", "value": None, "low": None, "high": None},
    ]
    figure = checked(intervals(rows, "right answers"))
    assert len(figure.data) == 2
    assert figure.data[0].error_x.array[0] == pytest.approx(0.1)
