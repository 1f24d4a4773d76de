"""What decides a face: declared once, drawn in range, the same for the same seeds."""

import math
from dataclasses import replace

import numpy as np
import pytest

from facenet_core.faces.heads import (
    CONDITION_FACTORS,
    IDENTITY_FACTORS,
    Conditions,
    Identity,
    conditions_of,
    identity_of,
)
from facenet_core.faces.heads.identity import BEARDS, HAIR_STYLES

ALL = [(Identity, factor) for factor in IDENTITY_FACTORS] + [(Conditions, factor) for factor in CONDITION_FACTORS]
named = pytest.mark.parametrize(("kind", "factor"), ALL, ids=lambda value: getattr(value, "name", ""))


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(IDENTITY_FACTORS) >= 20
    assert len(CONDITION_FACTORS) >= 10
    assert len({factor.name for _, factor in ALL}) == len(ALL)


@named
def test_a_page_can_build_a_slider(kind, factor):
    assert factor.label
    assert factor.part
    assert factor.about.endswith(".")
    assert factor.low <= factor.number(factor.default) <= factor.high
    assert factor.value(factor.number(factor.default)) == factor.default
    assert factor.nearest(-1e9) == factor.value(factor.low)
    assert factor.nearest(1e9) == factor.value(factor.high)


@named
def test_what_lies_outside_is_refused(kind, factor):
    wrong = ["ponytails"] if factor.choices else [factor.low - 0.1, factor.high + 0.1, math.nan]
    for value in wrong:
        with pytest.raises(ValueError, match=factor.name):
            kind(**{factor.name: value})


def test_a_choice_has_only_its_places():
    style = next(factor for factor in IDENTITY_FACTORS if factor.name == "hair_style")
    assert style.value(style.number("bun")) == "bun"
    with pytest.raises(ValueError, match=r"hair_style must be one of 0\.\.15, got 16"):
        style.value(16)


def test_equal_seeds_are_equal_people_and_pictures():
    assert identity_of(0, 7) == identity_of(0, 7)
    assert len({identity_of(seed, person) for seed in (0, 1) for person in range(50)}) == 100
    assert conditions_of(0, 7, 3) == conditions_of(0, 7, 3)
    assert len({conditions_of(0, person, picture) for person in range(10) for picture in range(10)}) == 100


def test_many_people_cover_every_style_and_tone():
    people = [identity_of(0, number) for number in range(400)]
    assert {person.hair_style for person in people} == set(HAIR_STYLES)
    assert {person.beard for person in people} == set(BEARDS)
    assert np.histogram([person.skin_tone for person in people], 4, (0, 1))[0].min() > 70
    assert {person.beard for person in people if person.hair_style == "long"} > {"none"}  # nothing is reserved


def test_every_number_is_drawn_over_a_good_part_of_its_range():
    people = [identity_of(0, number) for number in range(300)]
    pictures = [conditions_of(0, number, 0) for number in range(300)]
    for factor in (*IDENTITY_FACTORS, *CONDITION_FACTORS):
        drawn = [
            factor.number(getattr(one, factor.name)) for one in (people if factor in IDENTITY_FACTORS else pictures)
        ]
        assert np.ptp(drawn) > 0.2 * (factor.high - factor.low), factor.name


def test_conditions_do_not_know_who_is_in_the_picture():
    """Their mean over a person's pictures differs from person to person by chance alone."""
    drawn = np.array([[conditions_of(0, person, picture).light_side for picture in range(24)] for person in range(60)])
    by_chance = drawn.std() / np.sqrt(24)
    assert 0.7 * by_chance < drawn.mean(axis=1).std() < 1.3 * by_chance


def test_one_factor_moves_alone():
    person = identity_of(0, 1)
    assert replace(person, nose_width=0.15).nose_width == 0.15
    with pytest.raises(AttributeError):
        person.nose_width = 0.15
