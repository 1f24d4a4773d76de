"""FaceNet Lab: the order of the lessons, and the server that shows them."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from facenet_core.runs.engine.workers.malloc import hand_back_freed_memory
from pages.shared.components.browser.html_document import HtmlDocument


def show_lesson() -> None:
    """Show the lesson that a browser asks for."""
    hand_back_freed_memory()
    st.set_page_config(page_title="FaceNet Lab", page_icon="pages/shared/icon.svg", layout="wide")
    lessons = [
        st.Page("pages/start/page.py", title="Start", url_path="start", default=True, icon=":material/home:"),
        st.Page("pages/faces/page.py", title="Faces", url_path="faces", icon=":material/groups:"),
        st.Page("pages/triplets/page.py", title="Triplets", url_path="triplets", icon=":material/change_history:"),
        st.Page("pages/training/page.py", title="Training", url_path="training", icon=":material/model_training:"),
        st.Page("pages/epochs/page.py", title="Epochs", url_path="epochs", icon=":material/animation:"),
        st.Page("pages/network/page.py", title="Network", url_path="network", icon=":material/visibility:"),
        st.Page("pages/verification/page.py", title="Verification", url_path="verification", icon=":material/compare:"),
        st.Page(
            "pages/recognition/page.py", title="Recognition", url_path="recognition", icon=":material/person_search:"
        ),
        st.Page("pages/clustering/page.py", title="Clustering", url_path="clustering", icon=":material/bubble_chart:"),
        st.Page("pages/comparison/page.py", title="Comparison", url_path="comparison", icon=":material/grid_on:"),
    ]
    laboratories = [
        st.Page(
            "pages/collapse/page.py", title="Why did it collapse?", url_path="collapse", icon=":material/compress:"
        ),
        st.Page("pages/sphere/page.py", title="The sphere", url_path="sphere", icon=":material/language:"),
        st.Page("pages/factors/page.py", title="Factors of a face", url_path="factors", icon=":material/tune:"),
        st.Page("pages/photos/page.py", title="Own photos", url_path="photos", icon=":material/add_photo_alternate:"),
        st.Page("pages/maps/page.py", title="Maps", url_path="maps", icon=":material/map:"),
    ]
    st.navigation({"": lessons, "Laboratories": laboratories}, position="top").run()


if __name__ == "__main__":  # Streamlit runs this file for every page
    show_lesson()
else:  # and imports it once, as the server starts
    # Streamlit takes a folder called pages/ for pages of its own kind until st.navigation has run once, and tells the
    # first browser that follows a lesson's link that there is no such page. There is no public switch for that.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, middleware=[Middleware(HtmlDocument)])
