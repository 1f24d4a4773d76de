"""The tables with which a figure follows a hand are plain JSON, and say what the server would draw."""

import json

import numpy as np
import pytest

from pages.epochs import figures as figures_epochs
from pages.shared.components.browser.follow_tables import at_every_epoch, follow_table
from pages.shared.figures import distances as figures_distances
from pages.verification import figures as figures_verification


def test_a_table_has_no_infinities_and_no_arrays():
    table = json.loads(
        follow_table(
            np.array([-np.inf, 0.123456789, np.inf]),
            exact=False,
            moving={"$x": [np.nan, 1, 2]},
            shapes=[{"x0": "$x", "y0": 0}],
        )
    )
    assert table == {
        "at": [-1e9, 0.123456789, 1e9],  # places are cuts, and a rounded one is another
        "exact": False,
        "moving": {"$x": [None, 1, 2]},
        "shapes": [{"x0": "$x", "y0": 0}],
    }


def test_only_the_line_at_the_epoch_moves():
    figure = figures_epochs.silhouettes({0: ([0, 1], [0.1, 0.2])}, 1, 5)
    zero, line = json.loads(at_every_epoch(figure.layout.shapes, 1, [0, 1, 2]))["shapes"]
    assert (line["x0"], line["x1"]) == ("$x", "$x")
    assert "$x" not in zero.values()


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.5, 1.01, 4.0, 5.0])
def test_parts_of_a_histogram_are_what_is_cut(threshold):
    share = np.arange(figures_distances.BINS, dtype=float)
    parts = figures_distances.parts(share, share[::-1])
    drawn = figures_distances.parted(share, share[::-1], threshold)
    cut = min(4.0, max(0.0, threshold))
    kept = [part for part in parts if (cut < 4 if part["above"] else cut > 0)]
    assert [part["fillcolor"] for part in kept] == [trace["fillcolor"] for trace in drawn]
    for part, trace in zip(kept, drawn, strict=True):
        side = part["x"] >= cut if part["above"] else part["x"] <= cut
        inner = part["y"][side][:-1] if part["above"] else part["y"][side]
        assert set(np.round(inner, 5)) <= set(np.round(trace["y"], 5))


def test_the_moving_point_is_the_standing_one_with_names_for_its_numbers():
    x, y = figures_verification.roc_places(0.01, 0.7, 1000)
    named = json.dumps(figures_verification.roc_point("$x", "$y", 1000))
    filled = json.loads(named.replace('"$x"', str(x)).replace('"$y"', str(y)))
    assert filled == figures_verification.roc_point(x, y, 1000)
