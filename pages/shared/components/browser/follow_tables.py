"""Tables of how a figure looks at every place of a threshold or an epoch: the browser follows a hand with them."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Numbers = Sequence[float] | np.ndarray


def follow_table(
    at: Numbers,
    *,
    exact: bool,
    epochs: Numbers | None = None,
    words: Sequence[str] | None = None,
    moving: Mapping[str, Numbers] | None = None,
    shapes: Sequence[Mapping[str, Any]] | None = None,
    traces: Sequence[Sequence[Mapping[str, Any]]] | None = None,
    top: Numbers | None = None,
    axes: Sequence[Mapping[str, Any]] | None = None,
    cut: Sequence[Mapping[str, Any]] | None = None,
    picked: Sequence[Mapping[str, Any] | None] | None = None,
) -> str:
    """Return the table as JSON.

    Args:
        at: (P,) the places, ascending.
        exact: Whether only these places are known (epochs); else each holds until the next one (thresholds).
        epochs: (P,) the epoch shown at each place, where it is not the place itself.
        words: (P,) the words of the title.
        moving: What stands for each name, such as ``"$x"``, in ``shapes`` at the (P,) places.
        shapes: The layout's shapes, with names for numbers that move.
        traces: For each place what changes of each trace.
        top: (P,) end of the y axis.
        axes: For each place what changes of each axis, such as ``{"xaxis": {"range": [0, 1]}}``.
        cut: Traces that end (``above`` false) or begin (``above`` true) at the place.
        picked: For each trace what it is made of: ``x`` and ``y`` in pieces of ``length`` numbers, drawn where their
            ``value`` is up to the place, or beyond it (``above``); None for a trace that stays.
    """
    table = {
        "at": at,
        "exact": exact,
        "epochs": epochs,
        "words": words,
        "moving": moving,
        "shapes": shapes,
        "traces": traces,
        "top": top,
        "axes": axes,
        "cut": cut,
        "picked": picked,
    }
    places = {"at": np.clip(np.asarray(at, np.float64), -1e9, 1e9).tolist()}  # exact: a rounded place is another cut
    return json.dumps({name: _plain(value) for name, value in table.items() if value is not None} | places)


def packed(numbers: np.ndarray) -> dict[str, str]:
    """Return many numbers as four bytes each, the way Plotly writes them: a third of their length as text."""
    return {"dtype": "f4", "bdata": base64.b64encode(np.ascontiguousarray(numbers, "<f4").tobytes()).decode()}


def at_every_epoch(
    shapes: Sequence[Any],
    epoch: float,
    epochs: Sequence[int],
    places: Sequence[int] | None = None,
    words: Sequence[str] | None = None,
) -> str:
    """Return the table of a figure on which nothing moves but upright lines at the epoch in view.

    Args:
        shapes: The layout's shapes.
        epoch: The epoch in view.
        epochs: (P,) where the lines stand at each place.
        places: (P,) the places; the epochs themselves if left out.
        words: (P,) the words of the title.
    """
    moving = [
        shape | {"x0": "$x", "x1": "$x"} if shape.get("x0") == shape.get("x1") == epoch else shape
        for shape in (_plain(shape) for shape in shapes)
    ]
    at, shown = (epochs, None) if places is None else (places, epochs)
    return follow_table(at, exact=True, epochs=shown, words=words, moving={"$x": epochs}, shapes=moving)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no arrays, no infinities, None for what is not a number."""
    if hasattr(value, "to_plotly_json"):
        value = value.to_plotly_json()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else float(np.sign(value)) * 1e9
    return float(f"{value:.5g}") if isinstance(value, float) else value
