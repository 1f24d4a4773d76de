"""Where a source's pictures come from, on what terms, and what is wrong with them."""

import streamlit as st

from facenet_core.faces.origins import ORIGINS


def origin(source: str) -> None:
    """Show it behind an expander; a source of one's own has nothing to show."""
    about = ORIGINS.get(source)
    if about is not None:
        with st.expander("Origin, terms, known errors", icon=":material/info:"):
            st.markdown(f"**Origin.** {about.made}\n\n**Terms.** {about.terms}\n\n**Known errors.** {about.errors}")
