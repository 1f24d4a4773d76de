"""Predict first: a question before the answer is shown."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.shared.words import plain


def revealed(key: str) -> bool:
    """Return whether the answer to this question may be shown in this session."""
    return key in st.session_state.get("predictions", {})


def guess_of(key: str) -> str | None:
    """Return what was predicted; None where it was not, or shown without a guess."""
    found: str | None = st.session_state.get("predictions", {}).get(key)
    return found


def ask(key: str, question: str, options: Sequence[str]) -> None:
    """Ask which of ``options`` it will be; the figures that would tell stay hidden until then."""
    with st.container(border=True, key="predict"):
        st.markdown(f"**Predict first.** {question}")
        choice = st.radio(
            question,
            list(options),
            index=None,
            horizontal=True,
            format_func=plain,
            key=f"predict_{key}",
            label_visibility="collapsed",
        )
        _answer(key, choice, is_whole=choice is not None)


def ask_two(key: str, question: str, options: Sequence[int], name: Callable[[int], str], none: str) -> None:
    """Ask which two of ``options`` it will be; what was chosen is in the session under ``predict_KEY``.

    Args:
        key: Of the question.
        question: What is asked.
        options: Numbers of what can be chosen.
        name: Number -> what a reader calls it.
        none: The answer that no two of them differ from the others, as a button of its own.
    """
    with st.container(border=True, key="predict"):
        st.markdown(f"**Predict first.** {question}")
        chosen = st.multiselect(
            question,
            list(options),
            format_func=name,
            max_selections=2,
            placeholder="Choose two",
            key=f"predict_{key}",
            label_visibility="collapsed",
        )
        _answer(key, tuple(chosen), is_whole=len(chosen) == 2, none=none)


def _answer(key: str, guess: Any, *, is_whole: bool, none: str | None = None) -> None:
    with st.container(horizontal=True):
        st.button(
            "Reveal",
            key="predict_reveal",
            type="primary",
            disabled=not is_whole,
            on_click=_reveal,
            args=(key, guess),
        )
        if none is not None:
            st.button(none, key="predict_none", on_click=_reveal, args=(key, none))
        st.button("Show without guessing", key="predict_skip", on_click=_reveal, args=(key, None))


def two_of(key: str) -> tuple[int, int] | None:
    """Return the two that were predicted; None where there was no guess."""
    found = st.session_state.get("predictions", {}).get(key)
    return found if isinstance(found, tuple) and len(found) == 2 else None


def _reveal(key: str, choice: Any) -> None:
    st.session_state.setdefault("predictions", {})[key] = choice
