"""The frame of every lesson: a question, what to notice, what to try, the code, the words."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.shared.components.browser.media import send_alive
from pages.shared.lesson.glossary import TERMS
from pages.shared.runs.session import same_server, show_problem

QUIET_PAGE = """<style>
.stMainBlockContainer { padding-top: 4rem; padding-bottom: 3rem; }
.stMain h1 { padding: 0 0 0.25rem; }
@media (max-width: 640px) { .stMain h1 { font-size: 1.6rem; } }
[data-testid="stMarkdownContainer"] table { display: block; max-width: 100%; overflow-x: auto; }
[data-stale="true"] { opacity: 1 !important; transition: none !important; }

/* Whole words at every width: a row of choices may break, and every one of them has a border of its own. */
[data-testid="stButtonGroup"] [role="radiogroup"] { flex-wrap: wrap; gap: 4px; overflow: visible; }
[data-testid="stButtonGroup"] [role="radiogroup"] > button {
  border-width: 1px !important; border-style: solid !important; border-radius: 8px !important; margin: 0 !important;
}
[data-testid="stButtonGroup"] [role="radiogroup"] > button:not([data-selected]) {
  border-color: color-mix(in srgb, currentcolor 25%, transparent) !important;
}
[data-testid="stMetric"] .stMarkdownEllipsis, .stMain button .stMarkdownEllipsis,
[data-testid="stMetric"] .stMarkdownEllipsis p, .stMain button .stMarkdownEllipsis p {
  overflow: visible; white-space: normal; text-overflow: clip;
}
[data-testid="stMetricLabel"], [data-testid="stMetricValue"] { overflow: visible; white-space: normal; }
[data-testid="stMultiSelect"] [data-tag] { height: auto; max-width: 100%; }
[data-testid="stMultiSelect"] [data-tag] > span { white-space: normal; max-width: none; overflow: visible; }
.stColumn:has(> .stVerticalBlock > [class*="st-key-run_choice"]) { min-width: min(21rem, 100%); }
.stColumn:has(> .stVerticalBlock > .st-key-map_a, > .stVerticalBlock > .st-key-map_b) { min-width: min(19rem, 100%); }
.stColumn:has(> .stVerticalBlock > .st-key-face_a, > .stVerticalBlock > .st-key-face_b) { min-width: min(17rem, 100%); }
.stColumn:has(> .stVerticalBlock > .stElementContainer > .stPopover) { min-width: min(9rem, 100%); }

/* What is quiet or cannot be pressed now is still read: at least 4.5:1 in both themes, of the text's own colour. */
.stMain [data-testid="stCaptionContainer"] {
  opacity: 1; color: color-mix(in srgb, currentcolor 78%, transparent);
}
.stMain [data-testid="stButtonGroup"] button[data-selected] {
  color: color-mix(in srgb, currentcolor 55%, #1e7cbb) !important; /* also under the pointer */
}
.stMain [data-testid="stWidgetLabel"] { color: inherit; }
.stMain button:disabled { color: color-mix(in srgb, currentcolor 66%, transparent); }
.stCode .token:not(.punctuation, .operator) { color: color-mix(in srgb, #1c83e1 50%, currentcolor); }

a[data-testid="stTopNavLink"]:focus-visible, [data-testid="stTopNavSection"]:focus-visible,
[data-testid="stTopNavDropdownLink"]:focus-visible, [data-testid="stSidebarNavLink"]:focus-visible,
[data-testid="stPageLink-NavLink"]:focus-visible, .stMain summary:focus-visible {
  outline: 3px solid #1e7cbb; outline-offset: -2px;
}
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
    st.header("What to notice", anchor=False)
    st.markdown("\n".join(f"- {point}" for point in points))


def try_this(moves: Sequence[Move]) -> None:
    """Offer concrete moves, each a button that sets the controls."""
    st.header("Try this", anchor=False)
    with st.container(horizontal=True):
        for move in moves:
            st.button(move.label, key=move.key, on_click=move.call, kwargs=move.arguments, disabled=move.disabled)


def show_code(*parts: Any, label: str = "The code that did it") -> None:
    """Show the real source of functions and classes; a text is shown as it is."""
    with st.expander(label, icon=":material/code:", key="code", on_change="rerun") as opened:
        if opened.open:  # sources are read only for those who look
            for part in parts:
                st.code(part if isinstance(part, str) else inspect.getsource(part), language="python")
