"""The Python half of the chart: a figure goes out, clicks, a dragged line and the frame in view come back."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.shared.components.browser.media import send_alive
from pages.shared.components.browser.parts import Command, DragLine, Follow, Frames, Shows, Sprites, Title
from pages.shared.components.browser.static_files import static_files

# Streamlit sends a component's code with every update: this loader is all of it, the rest is a static file.
# The data travel as one JSON text: lists and numbers among them would make the server import pandas and pyarrow.
LOADER = """export default async (component) => {
  const data = JSON.parse(component.data.json);
  return (await import(new URL(data.module, document.baseURI).href)).default({ ...component, data });
};"""

Heard = Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartEvents:
    """What the reader last did on the chart; None where nothing happened yet."""

    clicked: int | None
    line: float | None
    frame: int | None


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    height: int = 420,
    title: Title | None = None,
    epoch: int | None = None,
    sprites: Sprites | None = None,
    frames: Frames | None = None,
    command: Command | None = None,
    line: DragLine | None = None,
    follow: Follow | None = None,
    shows: Shows | None = None,
    on_click: Heard | None = None,
    on_line: Heard | None = None,
    on_frame: Heard | None = None,
) -> ChartEvents:
    """Draw ``figure`` on the node that belongs to ``key``; zoom, hover and selection survive new data.

    Args:
        figure: The figure; trace 0 moves smoothly when its number of points stays the same.
        key: Name of the node, unique on the page.
        alt: What the figure shows, for those who cannot see it.
        height: Height in pixels, the player's bar not included.
        title: What stands above it.
        epoch: The epoch shown, put on the node as ``data-epoch``.
        sprites: Pictures for points whose customdata is a whole number.
        frames: Positions of trace 0 in every epoch; adds the player's bar.
        command: Moves the player.
        line: A vertical line to drag.
        follow: How the figure looks wherever something else on the page is moved to, drawn before the server answers.
        shows: Words and numbers around it that cannot follow: they say so until the server has answered.
        on_click: Called with the customdata of a clicked point.
        on_line: Called with the line's new x.
        on_frame: Called with the label (the epoch) of the frame in view.
    """
    files = static_files()
    heard = {"click": on_click, "line": on_line, "frame": on_frame}
    data = {
        "module": files.at("chart/chart.js"),
        "plotly": files.plotly,
        "style": files.at("chart/chart.css"),
        "alive": send_alive(),
        "key": key,
        "figure": _as_json(figure),
        "alt": alt,
        "height": height,
        "title": asdict(title) if title else None,
        "epoch": epoch,
        "sprites": asdict(sprites) if sprites else None,
        "frames": asdict(frames) if frames else None,
        "command": asdict(command) if command else None,
        "line": asdict(line) if line else None,
        "follow": asdict(follow) if follow else None,
        "shows": asdict(shows) if shows else None,
    }
    result = _component()(
        key=key,
        data={"json": json.dumps(data)},
        **{f"on_{name}_change": partial(tell, key, name, call) for name, call in heard.items()},
    )
    return ChartEvents(**{field: _value(result, name) for field, name in _FIELDS.items()})


def _as_json(figure: go.Figure) -> str:
    """Write the figure as JSON.

    Plotly looks whether pandas is loaded, and stumbles where another session's thread has it half imported.
    """
    try:
        return figure.to_json()
    except AttributeError:
        import pandas  # noqa: F401  # waits until it is whole

        return figure.to_json()


_FIELDS = {"clicked": "click", "line": "line", "frame": "frame"}


def _component() -> Any:
    return st.components.v2.component("facenet_lab_chart", js=LOADER, isolate_styles=False)


def tell(key: str, name: str, call: Heard | None) -> None:
    """Hand what the browser sent under ``name`` to ``call``."""
    value = _value(st.session_state.get(key), name)
    if call is not None and value is not None:
        call(value)


def _value(state: Any, name: str) -> Any:
    """The browser sends ``{"value": ..., "count": n}``, so that the same value twice is still news."""
    sent = state.get(name) if state is not None else None
    return sent.get("value") if isinstance(sent, dict) else None
