"""The Python half of the sandbox: it says where to begin, and hears nothing back."""

import json

import streamlit as st

from pages.shared.components.browser.media import send_alive
from pages.shared.components.browser.static_files import static_files
from pages.shared.components.chart.chart import LOADER
from pages.shared.figures.colours import ANCHOR, EASY, HARD, NEGATIVE, POSITIVE, SEMI_HARD


def sandbox(margin: float, *, key: str) -> None:
    """Show three points on a circle or a sphere, with their loss and its gradient.

    Args:
        margin: The margin to begin with, in 0.05..1.5.
        key: Name of the node, unique on the page.
    """
    files = static_files()
    data = {
        "module": files.at("sandbox/sandbox.js"),
        "style": files.at("sandbox/sandbox.css"),
        "alive": send_alive(),
        "margin": margin,
        "colours": [ANCHOR, POSITIVE, NEGATIVE],
        "kinds": {"easy": EASY, "semi-hard": SEMI_HARD, "hard": HARD},
    }
    component = st.components.v2.component("facenet_lab_sandbox", js=LOADER, isolate_styles=False)
    component(key=key, data={"json": json.dumps(data)})
