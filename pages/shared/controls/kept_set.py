"""A kept set of own photos, chosen by its name."""

import streamlit as st

from facenet_core.faces.photos import list_kept
from pages.shared.runs.session import faces_folder


def choose_kept() -> str | None:
    """Ask which kept set; None while there is none."""
    names = [entry.name for entry in list_kept(faces_folder())]
    if not names:
        st.caption("No set of own photos is kept yet: keep one on the page Own photos.")
        return None
    if st.session_state.get("path") not in names:
        st.session_state["path"] = names[0]
    return st.selectbox("Kept set", names, key="path", bind="query-params")
