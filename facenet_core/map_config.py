"""What decides a map, and the name it is stored under: light, so that pages and commands may know it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from facenet_core.choices import MAPS

METRICS = {
    "euclidean": "Straight distance, the one that the network is trained on.",
    "cosine": "Angle: the same neighbours as the straight distance where embeddings have length 1.",
    "manhattan": "Sum of the differences of all numbers.",
}
DEFAULT_NEIGHBOURS = {"tsne": 30, "tsne-refit": 30}
"""Where it is not 15: scikit-learn's perplexity, which the small project left as it is."""

_KEY = re.compile(r"(?P<method>[a-z]+(?:-[a-z]+)?)-(?P<dimensions>[23])d(?:-(?P<variant>[0-9a-f]{8}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSettings:
    """What is chosen before a map is computed; None is the method's own default.

    Attributes:
        neighbours: How many faces count as near (t-SNE calls it perplexity), 2 to 200.
        min_dist: How near UMAP may put two faces, 0 to 0.99.
        metric: A name in ``METRICS``: what near means among the embeddings.
        seed: Decides the random numbers; by default the run's.
        basis_epoch: Whose axes principal components look along; by default the last epoch's.
    """

    neighbours: int | None = None
    min_dist: float | None = None
    metric: str | None = None
    seed: int | None = None
    basis_epoch: int | None = None

    def __post_init__(self) -> None:
        if self.neighbours is not None and not 2 <= self.neighbours <= 200:
            raise ValueError(f"neighbours must lie between 2 and 200, got {self.neighbours}")
        if self.min_dist is not None and not 0 <= self.min_dist <= 0.99:
            raise ValueError(f"min_dist must lie between 0 and 0.99, got {self.min_dist}")
        if self.metric is not None and self.metric not in METRICS:
            raise ValueError(f"metric must be one of {', '.join(METRICS)}, got {self.metric!r}")
        if self.seed is not None and not 0 <= self.seed < 2**32:
            raise ValueError(f"seed must lie between 0 and {2**32 - 1}, got {self.seed}")
        if self.basis_epoch is not None and self.basis_epoch < 0:
            raise ValueError(f"basis_epoch must be an epoch, 0 or later, got {self.basis_epoch}")

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; settings of later versions are passed over."""
        return cls(**{f.name: values[f.name] for f in fields(cls) if f.name in values})


@dataclass(frozen=True, slots=True, kw_only=True)
class MapKey:
    """The name that a map is stored under.

    Attributes:
        method: A name in ``MAPS``.
        dimensions: 2 or 3.
        variant: Eight hexadecimal digits of the settings; empty for the defaults.
    """

    method: str
    dimensions: int
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.method}-{self.dimensions}d" + (f"-{self.variant}" if self.variant else "")


MAP_METHODS = tuple(str(MapKey(method=method, dimensions=dimensions)) for method in MAPS for dimensions in (2, 3))
"""Every map with default settings."""


def read_key(text: str) -> MapKey:
    """Return the parts of a map's name.

    Raises:
        ValueError: It is not the name of a map.
    """
    found = _KEY.fullmatch(text)
    if not found or found["method"] not in MAPS:
        raise ValueError(f"method must be one of {', '.join(MAP_METHODS)}, got {text[:80]!r}")
    return MapKey(method=found["method"], dimensions=int(found["dimensions"]), variant=found["variant"] or "")


def key_of(method: str, dimensions: int, settings: MapSettings) -> tuple[MapKey, MapSettings]:
    """Return the name of a map and the settings that matter to it: equal maps have equal names.

    Raises:
        ValueError: There is no such method, or ``dimensions`` is neither 2 nor 3.
    """
    plain = read_key(f"{method}-{dimensions}d")
    options, own = MAPS[method].options or {}, defaults(method)
    kept = {name: value for name, value in settings.to_json().items() if name in options and own[name] != value}
    if not kept:
        return plain, MapSettings()
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    return MapKey(method=method, dimensions=dimensions, variant=digest[:8]), MapSettings(**kept)


def defaults(method: str) -> dict[str, Any]:
    """Return the value that a method takes for each setting left out; None is decided by the run."""
    return {
        "neighbours": DEFAULT_NEIGHBOURS.get(method, 15),
        "min_dist": 0.1,
        "metric": "euclidean",
        "seed": None,
        "basis_epoch": None,
    }


def chosen(method: str, settings: MapSettings) -> dict[str, Any]:
    """Return every setting with its value, defaults filled in."""
    return defaults(method) | settings.to_json()
