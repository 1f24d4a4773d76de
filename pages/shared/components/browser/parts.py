"""What a chart can have besides its figure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What stands above a chart: its name, and words that may follow a hand as the figure does."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprites:
    """Small pictures shown beside the pointer; a point's customdata is its number."""

    image: str
    captions: str
    columns: int
    size: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Positions of every epoch, played in the browser without asking the server."""

    url: str
    labels: tuple[int, ...]
    points: int
    dimensions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Moves the player once: ``number`` rises with each command. ``faces`` are chosen on a map of faces."""

    number: int
    frame: int | None = None
    play: bool = False
    faces: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DragLine:
    """A vertical line to drag, or to move with the arrow keys; figures and lines of its ``channel`` follow at once."""

    x: float
    label: str
    low: float
    high: float
    step: float = 0.01
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """The place of a channel that words and numbers around a figure were drawn for; behind a hand they say so.

    Attributes:
        channel: What moves.
        at: Where it was.
        words: The place in words, such as ``epoch 4``.
        blocks: Keys of the containers that hold the words and numbers.
    """

    channel: str
    at: float
    words: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """One of Streamlit's sliders that move a channel: its steps count ``stride`` each, and sliders add up."""

    key: str
    stride: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """How a figure looks at every place of what moves on ``channel``: the browser needs no answer to draw it.

    Attributes:
        channel: What moves.
        url: Address of the table.
        at: The place of the figure that is sent along, where that is all that the place changes.
        sliders: Streamlit's sliders that move it, where it is no part of our own that does.
    """

    channel: str
    url: str
    at: float | None = None
    sliders: tuple[Slider, ...] = ()
