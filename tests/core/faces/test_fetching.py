"""A download that is interrupted, cancelled, damaged or refused, against a server on this machine."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from facenet_core.faces import FacesError
from facenet_core.faces.fetching import fetch

CONTENT = bytes(range(256)) * 8192  # 2 MB
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Site:
    """What the server does, and what it was asked."""

    url: str = ""
    content: bytes = CONTENT
    breaks_after: int | None = None  # bytes
    knows_ranges: bool = True
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            site.asked.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and site.knows_ranges else 0
            if start >= len(site.content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}")
            self.send_header("Content-Length", str(len(site.content) - start))
            self.end_headers()
            self.wfile.write(site.content[start : None if site.breaks_after is None else start + site.breaks_after])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}/file"
    yield site
    server.shutdown()
    server.server_close()


def test_a_whole_download_tells_how_far_it_is(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    fetch(site.url, tmp_path / "a" / "x", sha256=CHECKSUM, what="It", progress=lambda *news: told.append(news))
    assert (tmp_path / "a" / "x").read_bytes() == CONTENT
    assert told[-1][:2] == (len(CONTENT), len(CONTENT))
    assert "s left" in told[-1][2]
    fetch(site.url, tmp_path / "a" / "x", sha256=CHECKSUM, what="It")
    assert len(site.asked) == 1


def test_what_came_is_kept_and_the_next_try_goes_on(site: Site, tmp_path: Path) -> None:
    site.breaks_after = 700_000
    with pytest.raises(ConnectionError):
        fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert not (tmp_path / "x").exists()
    came = (tmp_path / "x.part").stat().st_size
    assert came == 700_000
    site.breaks_after = None
    fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert site.asked[-1] == f"bytes={came}-"
    assert (tmp_path / "x").read_bytes() == CONTENT
    assert not (tmp_path / "x.part").exists()


def test_a_server_that_starts_again_is_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "x.part").write_bytes(CONTENT[:1000])
    site.knows_ranges = False
    fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert (tmp_path / "x").read_bytes() == CONTENT


def test_a_cancelled_download_goes_on_later(site: Site, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(done: int, total: int, what: str) -> None:
        raise Enough

    with pytest.raises(Enough):
        fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It", progress=stop)
    assert 0 < (tmp_path / "x.part").stat().st_size < len(CONTENT)
    fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert site.asked[-1] is not None
    assert (tmp_path / "x").read_bytes() == CONTENT


@pytest.mark.parametrize("part", [CONTENT, CONTENT + b"more"])
def test_a_part_that_is_whole_or_too_long(site: Site, tmp_path: Path, part: bytes) -> None:
    (tmp_path / "x.part").write_bytes(part)
    fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert (tmp_path / "x").read_bytes() == CONTENT


def test_a_wrong_part_is_thrown_away_and_the_next_try_begins_anew(site: Site, tmp_path: Path) -> None:
    (tmp_path / "x.part").write_bytes(b"wrong" * 9)
    with pytest.raises(FacesError, match="damaged"):
        fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert not (tmp_path / "x.part").exists()
    fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert (tmp_path / "x").read_bytes() == CONTENT


def test_a_wrong_checksum_is_said_and_nothing_kept(site: Site, tmp_path: Path) -> None:
    site.content = CONTENT[:-1] + b"x"
    with pytest.raises(FacesError, match="It arrived damaged"):
        fetch(site.url, tmp_path / "x", sha256=CHECKSUM, what="It")
    assert list(tmp_path.iterdir()) == []
