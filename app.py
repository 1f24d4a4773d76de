"""FaceNet Lab: the order of the lessons."""

import streamlit as st

st.set_page_config(page_title="FaceNet Lab", page_icon="pages/shared/icon.svg", layout="wide")

LESSONS = [
    st.Page("pages/start.py", title="Start", url_path="start", default=True, icon=":material/home:"),
    st.Page("pages/faces.py", title="Faces", url_path="faces", icon=":material/groups:"),
    st.Page("pages/training.py", title="Training", url_path="training", icon=":material/model_training:"),
    st.Page("pages/epochs.py", title="Epochs", url_path="epochs", icon=":material/animation:"),
    st.Page("pages/verification.py", title="Verification", url_path="verification", icon=":material/compare:"),
]
LABORATORIES: list = [
    st.Page("pages/maps.py", title="Maps", url_path="maps", icon=":material/map:"),
]

st.navigation({"": LESSONS, "Laboratories": LABORATORIES} if LABORATORIES else LESSONS, position="top").run()
