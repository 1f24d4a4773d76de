"""Puts what the browser loads (plotly.js and the components' own code) where Streamlit serves it from."""

import functools
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import plotly
from streamlit import config

from facenet_core.files import write_bytes

COMPONENTS = Path(__file__).parents[1]
ROOMS = (
    *(path for path in COMPONENTS.iterdir() if path.is_dir() and not path.name.startswith("_")),
    COMPONENTS.parents[1] / "triplets" / "sandbox",
)  # published side by side, under the names of their folders: so they import one another
AHEAD = (
    "browser/",
    "chart/",
    "face_map/",
)  # rooms that most lessons need: a browser fetches them before it is asked to
STATIC = Path(__file__).parents[4] / "static"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
LOOK_EVERY = 2  # seconds: a page asks for every figure of it, and half of its time would go into looking
CODE = tuple(sorted(path for room in ROOMS for path in room.iterdir() if path.suffix in (".js", ".css")))


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """Addresses on this server; the version in the path makes a browser fetch a file again when it changed.

    Attributes:
        plotly: Address of plotly.js.
        base: Address of the folder with all rooms.
    """

    plotly: str
    base: str

    def at(self, name: str) -> str:
        """Return the address of a file of our own, such as ``chart/chart.js``."""
        return f"{self.base}/{name}"


def static_files(folder: Path = STATIC) -> StaticFiles:
    """Publish the files where they are missing or of another version, and return their addresses."""
    return _publish(folder, _stamp(int(time.monotonic() / LOOK_EVERY)))


@functools.lru_cache(maxsize=1)
def _stamp(_when: int) -> tuple[int, ...]:
    return tuple(source.stat().st_mtime_ns for source in (PLOTLY, *CODE))


@functools.lru_cache(maxsize=4)
def _publish(folder: Path, _stamp: tuple[int, ...]) -> StaticFiles:
    own = {f"{source.parent.name}/{source.name}": source.read_bytes() for source in CODE}
    version = hashlib.sha256(b"".join(own.values())).hexdigest()[:12]
    code = folder / f"chart-{version}"  # modules import one another, so the version is their folder, not a query
    script = f"plotly.min.js?v={plotly.__version__}"
    ahead = [f"../{script}", *sorted(name for name in own if name.startswith(AHEAD))]
    own["browser/ahead.json"] = json.dumps(ahead).encode()
    for name, content in own.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        _put(code / name, content)
    _put(folder / "plotly.min.js", PLOTLY.read_bytes())
    base = f"/{config.get_option('server.baseUrlPath') or ''}".rstrip("/") + "/app/static"
    return StaticFiles(
        plotly=f"{base}/{script}",
        base=f"{base}/{code.name}",
    )


def _put(path: Path, content: bytes) -> None:
    if not path.is_file() or path.stat().st_size != len(content) or path.read_bytes() != content:
        write_bytes(path, content)
