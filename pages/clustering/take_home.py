"""What was sorted, to take home: a table of all faces, and for own photos a ZIP with a folder for each person."""

import streamlit as st

from facenet_core.exports.sorted_faces import sorted_csv, sorted_zip
from pages.clustering.method import Sorted


def take_sorted_home(sorted_: Sorted, threshold: float) -> None:
    """Offer the groups at the threshold as files; they are made when asked for, and kept nowhere."""
    crowd = sorted_.crowd
    with st.expander(
        "Take the groups home", icon=":material/folder_zip:", key="clustering_home", on_change="rerun"
    ) as home:
        if not home.open:
            return
        labels = sorted_.grouping.at(threshold)
        people = None if crowd.person is None else [crowd.names[person] for person in crowd.person]
        with st.container(horizontal=True):
            st.download_button(
                "Save groups.csv",
                sorted_csv(labels, crowd.files, people),
                file_name="groups.csv",
                mime="text/csv",
                key="clustering_csv",
                icon=":material/table:",
                on_click="ignore",
            )
            if crowd.pictures is not None:
                _zip(sorted_, threshold)
        if crowd.pictures is None:
            st.caption("Photos of your own, in this session or kept, can be taken home sorted into folders, too.")


def _zip(sorted_: Sorted, threshold: float) -> None:
    crowd, wanted = sorted_.crowd, "clustering_zip_wanted"
    key = (*crowd.key, sorted_.grouping.method, threshold)
    if st.session_state.get(wanted) != key:
        st.button(
            "Sort them into folders", key="clustering_make", on_click=lambda: st.session_state.update({wanted: key})
        )
        return
    if crowd.pictures is None:
        return
    made = sorted_zip(sorted_.grouping.at(threshold), crowd.pictures(), crowd.files)
    st.download_button(
        f"Save sorted.zip ({len(made) / 1e6:.1f} MB)",
        made,
        file_name="sorted.zip",
        mime="application/zip",
        key="clustering_zip",
        type="primary",
        icon=":material/folder_zip:",
        on_click="ignore",
    )
    st.caption("A folder for each person found, the largest first; without EXIF. Nothing of it stays here.")
