"""Two faces of the factor laboratory: A as it is drawn, B with what was changed; kept in the link."""

from dataclasses import replace
from typing import Any

import streamlit as st

from facenet_core.faces.heads import (
    CONDITION_FACTORS,
    IDENTITY_FACTORS,
    Conditions,
    Factor,
    Identity,
    conditions_of,
    identity_of,
)
from facenet_core.runs.jobs.factor_effects import FACTORS, value_of

SEED = 0  # of the synthetic class
LAST = 999
BY_NAME = {factor.name: factor for factor in FACTORS}
Face = tuple[Identity, Conditions]


def numbers() -> tuple[int, int]:
    """Ask which person and which picture face A is."""
    left, right = st.columns(2)
    about = "Person 1 is person 01 of the synthetic class, and so on."
    with left:
        who = st.number_input("Person", 1, LAST, 1, key="who", help=about, bind="query-params", on_change=reset)
    with right:
        picture = st.number_input("Picture", 1, LAST, 1, key="picture", bind="query-params", on_change=reset)
    return int(who), int(picture)


def face_a(who: int, picture: int) -> Face:
    """Return a picture of the synthetic class."""
    return identity_of(SEED, who - 1), conditions_of(SEED, who - 1, picture - 1)


def face_b(who: int, picture: int) -> Face:
    """Return face A with B's other person, other conditions and moved factors."""
    other_who, other_picture = st.session_state.get("b_who") or who, st.session_state.get("b_picture") or picture
    identity = identity_of(SEED, other_who - 1)
    conditions = conditions_of(SEED, who - 1, other_picture - 1)
    return with_values(identity, conditions, moved())


def with_values(identity: Identity, conditions: Conditions, values: dict[str, Any]) -> Face:
    """Return a face with some factors of other values."""
    who = {factor.name: values[factor.name] for factor in IDENTITY_FACTORS if factor.name in values}
    how = {factor.name: values[factor.name] for factor in CONDITION_FACTORS if factor.name in values}
    return replace(identity, **who), replace(conditions, **how)


def moved() -> dict[str, Any]:
    """Return the factors that were moved, with their values."""
    found: dict[str, Any] = st.session_state.setdefault("factors_moved", {})
    return found


def move(**values: Any) -> None:
    """Give B's factors values."""
    st.session_state["factors_moved"] = moved() | values


def reset() -> None:
    """Make B the same as A."""
    st.session_state["factors_moved"] = {}
    st.session_state["b_who"] = st.session_state["b_picture"] = None


def another_person() -> None:
    """Make B another person, in the conditions that it has."""
    now = st.session_state.get("b_who") or st.session_state.get("who", 1)
    st.session_state["b_who"] = now % LAST + 1
    names = {factor.name for factor in IDENTITY_FACTORS}
    st.session_state["factors_moved"] = {name: value for name, value in moved().items() if name not in names}


def other_conditions() -> None:
    """Take B's picture again under other conditions."""
    now = st.session_state.get("b_picture") or st.session_state.get("picture", 1)
    st.session_state["b_picture"] = now % LAST + 1
    names = {factor.name for factor in CONDITION_FACTORS}
    st.session_state["factors_moved"] = {name: value for name, value in moved().items() if name not in names}


def read_link() -> None:
    """Take over face B from the link, once a session; what makes no sense there is passed over."""
    if "factors_moved" in st.session_state:
        return
    st.session_state["factors_moved"] = parsed(st.query_params.get("moved", ""))
    for key in ("b_who", "b_picture"):
        text = st.query_params.get(key, "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
        st.session_state[key] = number if 1 <= number <= LAST else None


def write_link() -> None:
    """Put face B into the link."""
    texts = {key: str(st.session_state.get(key) or "") for key in ("b_who", "b_picture")}
    texts["moved"] = ",".join(f"{name}:{BY_NAME[name].number(value):g}" for name, value in moved().items())
    for key, text in texts.items():
        if text and st.query_params.get(key) != text:
            st.query_params[key] = text
        elif not text and key in st.query_params:
            del st.query_params[key]


def parsed(text: str) -> dict[str, Any]:
    """Return the moved factors that a link names: ``yaw:20,smile:1``."""
    values: dict[str, Any] = {}
    for part in text[:4000].split(","):
        name, _, number = part.partition(":")
        try:
            values[name] = BY_NAME[name].nearest(float(number))
        except (KeyError, ValueError, OverflowError):  # NaN and names of nothing among them
            continue
    return {name: value for name, value in values.items() if value == value}


def differences(a: Face, b: Face) -> list[Factor]:
    """Return the factors in which two faces differ."""
    return [factor for factor in FACTORS if value_of(factor, *a) != value_of(factor, *b)]


def words_for(factor: Factor, value: Any) -> str:
    """Return a factor's value as one reads it."""
    if factor.choices:
        return str(value)
    return f"{value:.0f}°" if factor.unit == "degrees" else f"{value:.2f}"
