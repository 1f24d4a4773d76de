"""Predict first: a question before the answer is shown."""

from collections.abc import Sequence

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
        with st.container(horizontal=True):
            st.button(
                "Reveal",
                key="predict_reveal",
                type="primary",
                disabled=choice is None,
                on_click=_reveal,
                args=(key, choice),
            )
            st.button("Show without guessing", key="predict_skip", on_click=_reveal, args=(key, None))


def _reveal(key: str, choice: str | None) -> None:
    st.session_state.setdefault("predictions", {})[key] = choice
