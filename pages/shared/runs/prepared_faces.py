"""Prepared face sets and their splits, opened once."""

from pathlib import Path

import streamlit as st

from facenet_core.faces import FaceSet, FaceSplit, open_faces, split_faces


@st.cache_resource(max_entries=8, show_spinner=False)
def face_set(fingerprint: str, folder: str) -> FaceSet:
    """Return a prepared face set; raises FacesError when it is not there any more."""
    return open_faces(fingerprint, root=Path(folder))


@st.cache_resource(max_entries=16, show_spinner=False)
def split(fingerprint: str, folder: str, people: int | None, images: int | None, seed: int) -> FaceSplit:
    """Return the split of a prepared face set."""
    return split_faces(face_set(fingerprint, folder), people=people, images=images, seed=seed)
