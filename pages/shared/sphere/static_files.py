"""Puts the sphere's own code where Streamlit serves it from, as the chart does with its."""

import functools
import hashlib
from pathlib import Path

from facenet_core.files import write_bytes
from pages.shared.chart.static_files import STATIC, static_files

HERE = Path(__file__).parent
CODE = tuple(sorted(path for path in HERE.iterdir() if path.suffix in (".js", ".css")))


def sphere_module() -> str:
    """Publish the code where it is missing or of another version; return the address of ``sphere.js``."""
    published = static_files()
    base = published.module.rsplit("/", 2)[0]
    return f"{base}/{_publish(STATIC, tuple(source.stat().st_mtime_ns for source in CODE))}/sphere.js"


@functools.lru_cache(maxsize=4)
def _publish(folder: Path, _stamp: tuple[int, ...]) -> str:
    content = {source.name: source.read_bytes() for source in CODE}
    place = folder / f"sphere-{hashlib.sha256(b''.join(content.values())).hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        path = place / name
        if not path.is_file() or path.read_bytes() != data:
            write_bytes(path, data)
    return place.name
