"""The frame of every lesson: a question, what to notice, what to try, the code, the words."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.shared.chart.media import send_alive
from pages.shared.glossary import TERMS
from pages.shared.session import by_way_of_app, same_server, show_problem

QUIET_PAGE = """<style>
.stMainBlockContainer { padding-top: 4rem; padding-bottom: 3rem; }
.stMain h1 { padding: 0 0 0.25rem; }
@media (max-width: 640px) { .stMain h1 { font-size: 1.6rem; } }
[data-testid="stMarkdownContainer"] table { display: block; max-width: 100%; overflow-x: auto; }
[data-testid="stButtonGroup"] [role="radiogroup"] { flex-wrap: wrap; row-gap: 4px; overflow: visible; }
[data-stale="true"] { opacity: 1 !important; transition: none !important; }
</style>"""


@dataclass(frozen=True, slots=True)
class Move:
    """Something to try: a button that sets the controls.

    Attributes:
        label: What the button says.
        key: The button's key.
        call: What sets the controls.
        arguments: Handed to ``call``.
        disabled: Whether it cannot be done now.
    """

    label: str
    key: str
    call: Callable[..., Any]
    arguments: dict[str, Any] = field(default_factory=dict)
    disabled: bool = False


def open_lesson(question: str, sentences: str, terms: Sequence[str] = ()) -> None:
    """Show the question, two sentences and the words behind a button."""
    by_way_of_app()
    send_alive()  # a page without a figure, too: what an earlier one watches would be gone, and called a restart
    st.html(QUIET_PAGE)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title(question, anchor=False, width="content")
        if terms:
            glossary(terms)
    st.markdown(sentences)
    same_server()
    show_problem()


def glossary(terms: Sequence[str]) -> None:
    """Explain words in a popover."""
    with st.popover("Words", icon=":material/menu_book:", key="glossary"):
        for term in terms:
            st.markdown(f"**{term}**: {TERMS[term]}")


def notice(points: Sequence[str]) -> None:
    """Point at what is on the screen now."""
    st.subheader("What to notice", anchor=False)
    st.markdown("\n".join(f"- {point}" for point in points))


def try_this(moves: Sequence[Move]) -> None:
    """Offer concrete moves, each a button that sets the controls."""
    st.subheader("Try this", anchor=False)
    with st.container(horizontal=True):
        for move in moves:
            st.button(move.label, key=move.key, on_click=move.call, kwargs=move.arguments, disabled=move.disabled)


def show_code(*parts: Any, label: str = "The code that did it") -> None:
    """Show the real source of functions and classes; a text is shown as it is."""
    with st.expander(label, icon=":material/code:", key="code", on_change="rerun") as opened:
        if opened.open:  # sources are read only for those who look
            for part in parts:
                st.code(part if isinstance(part, str) else inspect.getsource(part), language="python")
