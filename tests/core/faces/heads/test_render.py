"""Pictures of synthetic people: always the same ones, and every factor shows."""

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
    render,
)
from facenet_core.faces.heads.conditions import GLASSES, GROUNDS, HATS
from facenet_core.faces.heads.identity import BEARDS, HAIR_STYLES

PLAIN = Conditions(noise=0.0)
ANYBODY = Identity(
    hair_style="side parting", beard="goatee", freckles=0.8, age_lines=0.6, hair_tone=0.5, hair_red=0.3, lip_colour=0.5
)
DRESSED = Conditions(glasses="square", hat="cap", ground="room", noise=3.0, yaw=10.0)


def changed(first: np.ndarray, second: np.ndarray) -> int:
    """How many pixels differ visibly."""
    return int((np.abs(first.astype(int) - second).max(axis=2) > 3).sum())


def test_a_picture_is_decided_by_its_factors():
    first = render(identity_of(0, 3), conditions_of(0, 3, 5))
    assert first.shape == (110, 110, 3)
    assert first.dtype == np.uint8
    assert (first == render(identity_of(0, 3), conditions_of(0, 3, 5))).all()
    assert changed(first, render(identity_of(0, 3), conditions_of(0, 3, 6))) > 3000
    assert changed(first, render(identity_of(0, 4), conditions_of(0, 3, 5))) > 2000


@pytest.mark.parametrize("factor", IDENTITY_FACTORS, ids=lambda factor: factor.name)
def test_every_factor_of_a_person_shows(factor):
    low, high = (replace(ANYBODY, **{factor.name: factor.value(end)}) for end in (factor.low, factor.high))
    conditions = replace(PLAIN, yaw=15.0)
    first, second = render(low, conditions), render(high, conditions)
    assert changed(first, second) >= 25
    # Who it is changes nothing about how the picture was taken.
    assert (first[:20, :8] == second[:20, :8]).all()
    assert (first[-1, :20] == second[-1, :20]).all() or factor.name in ("head_width", "jaw_width")


@pytest.mark.parametrize("factor", CONDITION_FACTORS, ids=lambda factor: factor.name)
def test_every_factor_of_a_picture_shows(factor):
    high = 0.5 if factor.unit == "turns" else factor.high  # a whole turn of the colour circle leads back
    first, second = (
        render(ANYBODY, replace(DRESSED, **{factor.name: factor.value(end)})) for end in (factor.low, high)
    )
    assert changed(first, second) >= 12


@pytest.mark.parametrize("style", HAIR_STYLES)
def test_every_style_can_be_seen_from_every_side(style):
    for number, (yaw, pitch, hat) in enumerate([(-50, 25, "none"), (50, -25, "cap"), (0, 25, "beanie")]):
        person = Identity(hair_style=style, beard=BEARDS[number % len(BEARDS)])
        picture = render(person, Conditions(yaw=yaw, pitch=pitch, roll=25, hat=hat, glasses=GLASSES[number + 1]))
        assert picture.std() > 10


def test_extreme_people_can_be_seen():
    for ends in ("low", "high"):
        person = Identity(**{factor.name: factor.value(getattr(factor, ends)) for factor in IDENTITY_FACTORS})
        picture = Conditions(**{factor.name: factor.value(getattr(factor, ends)) for factor in CONDITION_FACTORS})
        assert render(person, picture).std() > 4


@pytest.mark.parametrize("size", [32, 110, 220])
def test_a_picture_can_have_any_size(size):
    large = render(ANYBODY, PLAIN, size)
    assert large.shape == (size, size, 3)
    usual = render(ANYBODY, PLAIN)
    assert np.abs(large.mean(axis=(0, 1)) - usual.mean(axis=(0, 1))).max() < 4  # the same picture, sharper


def test_a_head_turns_to_the_side_it_is_told():
    bald = Identity(hair_style="bald")
    left, right = (render(bald, replace(PLAIN, yaw=yaw, light_side=0.0)).astype(int) for yaw in (-30.0, 30.0))
    mirrored = right[:, ::-1]
    assert np.abs(left - mirrored)[20:85, 30:80].mean() < 0.3 * np.abs(left - right)[20:85, 30:80].mean()


def test_light_comes_from_where_it_stands():
    bald = Identity(hair_style="bald", pattern=0.5)
    left = render(bald, replace(PLAIN, light_side=-70.0))[40:75].astype(int)
    assert left[:, 32:50].mean() > left[:, 60:78].mean() + 20


@pytest.mark.parametrize("kind", [*HATS, *GROUNDS])
def test_grounds_and_hats_are_of_both_kinds(kind):
    part = "hat" if kind in HATS else "ground"
    assert render(ANYBODY, replace(PLAIN, **{part: kind})).std() > 10
