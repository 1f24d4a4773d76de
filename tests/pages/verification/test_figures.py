"""The figures around a threshold: Plotly checks each of them, at the ends of every scale too."""

import numpy as np
import pytest

from facenet_core.evaluation import Interval, RocBand, clopper_pearson
from pages.shared.figures.colours import DIFFERENT, SAME, THRESHOLD
from pages.verification import figures as figures_verification
from pages.verification import figures_counts, figures_rates
from tests.pages.shared.test_figures import checked

FAR, VAL = np.array([0.0, 0.0, 0.1, 1.0]), np.array([0.0, 0.5, 0.9, 1.0])


def dot(figure):
    (found,) = [shape for shape in figure.layout.shapes if shape.type == "circle"]
    return found.xanchor, found.yanchor


@pytest.mark.parametrize(("at", "place"), [((0.1, 0.9), (-1, 0.9)), ((0.0, 0.5), (-3, 0.5)), ((1.0, 1.0), (0, 1.0))])
def test_the_threshold_is_a_point_of_the_roc(at, place):
    band = RocBand(far=FAR[1:], low=VAL[1:] - 0.1, high=VAL[1:])
    figure = figures_verification.roc(FAR, VAL, at, different=1_000, band=band)
    checked(figure)
    assert dot(figure) == pytest.approx(place)
    assert figure.layout.xaxis.range[0] == pytest.approx(-3)  # one false accept of a thousand
    assert list(figure.data[-1].customdata) == [0, 1, 2, 3]


def test_only_the_shapes_move_with_the_threshold():
    """What makes a drag quick: the browser then draws nothing else anew."""
    for draw in (
        lambda at: figures_verification.roc(FAR, VAL, at, different=1_000),
        lambda at: figures_verification.det(FAR, 1 - VAL, (at[0], 1 - at[1]), different=1_000, same=10),
    ):
        one, other = draw((0.1, 0.9)), draw((0.5, 0.95))
        assert dot(one) != dot(other)
        for figure in (one, other):
            figure.layout.shapes = None
        assert one.to_json() == other.to_json()


@pytest.mark.parametrize("at", [(0.0, 0.0), (1.0, 1.0), (0.02, 0.3)])
def test_the_det_has_a_place_for_every_rate(at):
    figure = figures_verification.det(FAR, 1 - VAL, at, different=100, same=10)
    checked(figure)
    low, high = figure.layout.xaxis.range
    assert all(low <= value <= high for value in dot(figure))
    assert np.isfinite(figure.data[1].x).all()
    assert np.isfinite(figure.data[1].y).all()


@pytest.mark.parametrize("interval", [None, Interval(0.4, 0.7)])
@pytest.mark.parametrize("cost", [np.linspace(500, 3, 5), np.zeros(5), np.full(5, 1e6)])
def test_costs_show_the_chosen_and_the_cheapest(interval, cost):
    figure = checked(
        figures_verification.costs(
            np.linspace(0, 4, 5), cost, chosen=1.0, best=0.5, interval=interval, flat=[("all", 500.0), ("none", 20.0)]
        )
    )
    assert dot(figure)[0] == 1.0
    assert [shape.x0 for shape in figure.layout.shapes if shape.type == "line" and shape.yref == "paper"] == [0.5]
    assert figure.layout.yaxis.range[1] > 0


def test_a_row_of_too_few_pairs_says_so():
    rows = [("<i>both</i>", 0.1, Interval(0.05, 0.2)), ("none", None, None), ("all", 1.0, Interval(0.9, 1.0))]
    for colour in (SAME, DIFFERENT):
        figure = checked(figures_rates.rates_with_intervals(rows, colour, "rate"))
        assert list(figure.data[0].y) == [0, 2]
        texts = [note.text for note in figure.layout.annotations]
        assert "&lt;i&gt;both" in texts[0]
        assert "too few pairs to say" in texts[1]
    checked(figures_rates.rates_with_intervals([], SAME, "rate"))


def test_limits_narrow_with_more_pairs():
    sizes = np.array([10, 1_000, 10**6])
    ends = [clopper_pearson(round(size * 0.01), int(size)) for size in sizes]
    figure = figures_counts.limits(sizes, ends, 0.01, [("<b>", 500), ("worth", 0)])
    checked(figure)
    gaps = np.asarray(figure.data[0].y) - np.asarray(figure.data[1].y)
    assert (np.diff(gaps) < 0).all()
    assert sum(shape.line.color == THRESHOLD for shape in figure.layout.shapes) == 2


def test_votes_stand_beside_the_network():
    figure = checked(figures_counts.votes((FAR, VAL), (FAR, VAL / 2), (0.2, 0.4), (0.1, 0.9)))
    assert [(trace.x[0], trace.y[0]) for trace in figure.data[-2:]] == [(0.1, 0.9), (0.2, 0.4)]
