"""The learning rate rises, falls, and stays at the end."""

from itertools import pairwise

import pytest

from facenet_core.training.schedule import LAST_SHARE, learning_rate_at


def test_it_rises_to_the_highest_and_falls_to_the_last_share() -> None:
    rates = [learning_rate_at(step, 100, 0.01, "warm-up-cosine") for step in range(120)]
    assert rates[0] < rates[1] < rates[4] < rates[5] == max(rates) == pytest.approx(0.01)
    assert all(later <= earlier for earlier, later in pairwise(rates[5:]))
    assert rates[100:] == [pytest.approx(0.01 * LAST_SHARE)] * 20


def test_constant_is_constant() -> None:
    assert {learning_rate_at(step, 10, 0.3, "constant") for step in range(20)} == {0.3}


def test_a_single_step_has_a_rate() -> None:
    assert 0 < learning_rate_at(0, 1, 0.1, "warm-up-cosine") <= 0.1
