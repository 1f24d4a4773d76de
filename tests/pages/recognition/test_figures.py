"""The figures of recognition: Plotly checks each of them, empty ones and those with nothing known among them."""

import numpy as np
import pytest

from facenet_core.evaluation import gallery_growth, open_set, share_over_people
from pages.recognition import figures as drawn
from pages.shared.figures.colours import THRESHOLD
from tests.pages.shared import test_figures

LIMITS = np.linspace(0, 4, 41)


def checked(figure):
    test_figures.checked(figure)
    return figure


def rates(known: int = 12, strangers: int = 8):
    chance = np.random.default_rng(0)
    return open_set(
        chance.uniform(0, 2, known),
        chance.random(known) < 0.8,
        np.arange(known) // 3,
        chance.uniform(1, 3, strangers),
        np.arange(strangers) // 2,
        LIMITS,
    )


@pytest.mark.parametrize(("known", "strangers"), [(12, 8), (0, 8), (12, 0), (0, 0), (3, 2)])
def test_error_rates_are_figures_whoever_is_missing(known, strangers):
    figure = checked(drawn.error_rates(rates(known, strangers)))
    assert len(figure.data) == 2 * ((known > 0) + (strangers > 0))


def test_the_trade_marks_the_threshold_and_keeps_errors_that_never_happen_on_the_axis():
    for place in (0, 20, 40):
        figure = checked(drawn.error_trade(rates(), place))
        assert figure.data[1].marker.color == THRESHOLD
        low, high = figure.layout.xaxis.range
        assert low <= figure.data[1].x[0] <= high
        assert np.isfinite(np.asarray(figure.data[0].y, float)).all()


@pytest.mark.parametrize("people", [1, 2, 40])
def test_a_cmc_has_a_place_for_everybody(people):
    share = share_over_people(np.linspace(0.5, 1, people)[:, None] * np.ones((people, 6)), np.arange(6) // 2)
    figure = checked(drawn.right_among_first(share))
    assert len(figure.data[-1].y) == people


def test_a_growing_gallery_with_and_without_a_rate():
    points, people = np.random.default_rng(0).normal(size=(60, 6)), np.repeat(np.arange(20), 3)
    found = gallery_growth(points, people, [0.1, 1e-6])
    figure = checked(drawn.growing_gallery(found[0.1], 100, 1000))
    assert figure.layout.shapes[0].x0 == 100
    assert len(checked(drawn.growing_gallery(found[1e-6], 100, 1000)).data) == 0


def test_everybody_is_on_the_line_and_names_are_text():
    figure = checked(
        drawn.people_on_a_line(
            np.array([0.2, 5.0]), np.array([True, False]), 0, np.array([3, 4]), ["&lt;b&gt;Ada", "Bo"]
        )
    )
    assert list(figure.data[0].customdata) == [3, 4]
    assert max(figure.data[0].x) <= 4


def test_parameters_grow_with_the_people():
    figure = checked(drawn.parameters([10, 100, 1000], [1290, 12900, 129000], 250_000))
    assert list(figure.data[1].y) == [1290, 12900, 129000]
