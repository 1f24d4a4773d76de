"""Small charts as SVG text, for reports: lines, bars, axes and a legend; every text is escaped."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 40, 48
LETTERS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points; a point that is no number interrupts it.

    Attributes:
        name: What the legend says.
        x: Across.
        y: Up.
        colour: Such as ``#0072B2``.
        dashed: Whether it is drawn in dashes.
        filled: Whether the area down to 0 is filled, as for a histogram.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    colour: str
    dashed: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis: its words and its ends."""

    label: str
    low: float
    high: float


def chart(
    title: str, lines: Sequence[Line], x: Axis, y: Axis, *, alt: str, mark: tuple[float, str] | None = None
) -> str:
    """Return a chart as an ``svg`` element that takes its width from where it stands.

    Args:
        title: Words above it.
        lines: What is drawn, the last on top.
        x: The axis across.
        y: The axis up.
        alt: What it shows, for those who cannot see it.
        mark: A vertical line, such as a threshold, and its words.
    """
    place = _Place(x, y)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escaped(alt)}" '
        'xmlns="http://www.w3.org/2000/svg">',
        f'<text class="name" x="{LEFT}" y="16">{escaped(title)}</text>',
        *_axes(place),
        *[part for line in lines for part in _drawn(line, place)],
        *(_marked(mark, place) if mark else []),
        *_legend(lines),
        "</svg>",
    ]
    return "".join(parts)


def escaped(text: object) -> str:
    """Return a text that stays text in HTML and SVG, in attributes, too."""
    return html.escape(str(text), quote=True)


class _Place:
    """Where numbers lie on the picture."""

    def __init__(self, x: Axis, y: Axis) -> None:
        self.x, self.y = x, y

    def across(self, value: float) -> float:
        return LEFT + (value - self.x.low) / ((self.x.high - self.x.low) or 1) * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        share = (value - self.y.low) / ((self.y.high - self.y.low) or 1)
        return HEIGHT - BOTTOM - min(1.0, max(0.0, share)) * (HEIGHT - TOP - BOTTOM)


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round numbers between two ends."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(span / wanted))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= wanted)
    return [
        round(step * number, 10) for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]


def _axes(place: _Place) -> list[str]:
    bottom, parts = HEIGHT - BOTTOM, []
    for value in ticks(place.y.low, place.y.high):
        y = place.up(value)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text class="tick" x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{value:g}</text>')
    for value in ticks(place.x.low, place.x.high, 8):
        x = place.across(value)
        parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 19}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<path class="axis" d="M{LEFT} {bottom}H{WIDTH - RIGHT}"/>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    label = escaped(place.x.label)
    parts.append(f'<text class="label" x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{label}</text>')
    return parts


def _drawn(line: Line, place: _Place) -> list[str]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        if y is None or not (math.isfinite(x) and math.isfinite(y)):
            runs.append([])
        else:
            runs[-1].append((place.across(x), place.up(y)))
    parts = []
    for points in filter(None, runs):
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        if line.filled:
            floor = place.up(0)
            area = f"{path}L{points[-1][0]:.1f} {floor:.1f}L{points[0][0]:.1f} {floor:.1f}Z"
            parts.append(f'<path d="{area}" fill="{line.colour}" fill-opacity="0.25"/>')
        if len(points) == 1:
            parts.append(f'<circle cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="4" fill="{line.colour}"/>')
        dashes = ' stroke-dasharray="6 5"' if line.dashed else ""
        parts.append(f'<path class="line" d="{path}" stroke="{line.colour}"{dashes}/>')
    return parts


def _marked(mark: tuple[float, str], place: _Place) -> list[str]:
    value, words = mark
    if not place.x.low <= value <= place.x.high:
        return []
    x = place.across(value)
    anchor, shift = ("end", -6) if x > (LEFT + WIDTH) / 2 else ("start", 6)
    return [
        f'<path class="mark" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>',
        f'<text class="tick" x="{x + shift:.1f}" y="{TOP + 12}" text-anchor="{anchor}">{escaped(words)}</text>',
    ]


def _legend(lines: Sequence[Line]) -> list[str]:
    parts, x = [], LEFT
    for line in lines:
        if not line.name:
            continue
        dashes = ' stroke-dasharray="6 5"' if line.dashed else ""
        parts.append(f'<path class="line" d="M{x} 30h18" stroke="{line.colour}"{dashes}/>')
        parts.append(f'<text class="tick" x="{x + 24}" y="35">{escaped(line.name)}</text>')
        x += 40 + round(len(line.name) * LETTERS * 0.52)
    return parts
