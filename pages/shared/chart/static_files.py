"""Puts what the browser loads (plotly.js and the components' own code) where Streamlit serves it from."""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

import plotly
from streamlit import config

from facenet_core.files import write_bytes

ROOMS = (Path(__file__).parent, Path(__file__).parents[1] / "face_map")  # published side by side, as they lie here
STATIC = Path(__file__).parents[3] / "static"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
CODE = tuple(sorted(path for room in ROOMS for path in room.iterdir() if path.suffix in (".js", ".css")))


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """Addresses on this server; the version in the path makes a browser fetch a file again when it changed."""

    plotly: str
    module: str
    style: str
    map_module: str
    map_style: str


def static_files(folder: Path = STATIC) -> StaticFiles:
    """Publish the files where they are missing or of another version, and return their addresses."""
    stamp = tuple(source.stat().st_mtime_ns for source in (PLOTLY, *CODE))
    return _publish(folder, stamp)


@functools.lru_cache(maxsize=4)
def _publish(folder: Path, _stamp: tuple[int, ...]) -> StaticFiles:
    own = {f"{source.parent.name}/{source.name}": source.read_bytes() for source in CODE}
    version = hashlib.sha256(b"".join(own.values())).hexdigest()[:12]
    code = folder / f"chart-{version}"  # modules import one another, so the version is their folder, not a query
    for name, content in own.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        _put(code / name, content)
    _put(folder / "plotly.min.js", PLOTLY.read_bytes())
    base = f"/{config.get_option('server.baseUrlPath') or ''}".rstrip("/") + "/app/static"
    return StaticFiles(
        plotly=f"{base}/plotly.min.js?v={plotly.__version__}",
        module=f"{base}/{code.name}/chart/chart.js",
        style=f"{base}/{code.name}/chart/chart.css",
        map_module=f"{base}/{code.name}/face_map/face_map.js",
        map_style=f"{base}/{code.name}/face_map/face_map.css",
    )


def _put(path: Path, content: bytes) -> None:
    if not path.is_file() or path.stat().st_size != len(content) or path.read_bytes() != content:
        write_bytes(path, content)
