"""The downloaded sets, without a network: scikit-learn's own loaders on tiny stand-ins."""

import io
import socket
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError, URLError

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import FacesError, NoNetwork, load_faces, read_picture

sklearn_lfw = pytest.importorskip("sklearn.datasets._lfw")

Fetch = Callable[..., str]


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a test wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def jpeg(seed: int) -> bytes:
    cells = np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(cells).resize((250, 250)).save(file, "JPEG")
    return file.getvalue()


def small_lfw() -> dict[str, bytes]:
    names = {"Ann_Lee": 3, "Bob_O'Neil": 2, "Zoë_X": 1}
    return {f"{name}/{name}_{k + 1:04d}.jpg": jpeg(k) for name, count in names.items() for k in range(count)}


@pytest.fixture(autouse=True)
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were asked for; ``fetch`` itself has tests of its own."""
    names: list[str] = []
    for source in ("lfw", "olivetti"):
        monkeypatch.setattr(
            f"facenet_core.faces.{source}.fetch", lambda url, file, **_: names.append(file.name), raising=True
        )
    return names


def offline_copy(home: Path) -> Path:
    for name, content in small_lfw().items():
        file = home / "lfw_home/lfw_funneled" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return home


def fetch_small_lfw(remote: SimpleNamespace, dirname: str, **_: object) -> str:
    """Stand in for the download: an archive of six pictures, empty lists of pairs."""
    target = Path(dirname) / remote.filename
    if not remote.filename.endswith(".tgz"):
        target.write_text("")
        return str(target)
    with tarfile.open(target, "w:gz") as archive:
        for name, content in small_lfw().items():
            entry = tarfile.TarInfo(f"lfw_funneled/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return str(target)


def test_lfw_from_an_offline_copy(tmp_path: Path) -> None:
    home = offline_copy(tmp_path / "home")
    faces = load_faces("lfw", path=home, root=tmp_path / "sets")
    assert faces.source == "lfw"
    assert faces.names == ("Ann_Lee", "Bob_O'Neil", "Zoë_X")  # underscores as in LFW's own lists
    assert faces.counts.tolist() == [3, 2, 1]
    file = home / "lfw_home/lfw_funneled" / faces.files[0]
    assert (faces.images[0] == read_picture(file, box=(58, 58, 192, 192))).all()


@pytest.mark.parametrize(
    "place", ["lfw_home/lfw-deepfunneled", "lfw-deepfunneled/lfw-deepfunneled", "lfw_funneled", ""]
)
def test_lfw_as_its_authors_pack_it(tmp_path: Path, place: str) -> None:
    for name, content in small_lfw().items():
        file = tmp_path / "copy" / place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    assert len(load_faces("lfw", path=tmp_path / "copy", root=tmp_path / "sets")) == 6


def test_lfw_is_downloaded_once_for_scikit_learn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetched: list[str]
) -> None:
    monkeypatch.setattr(sklearn_lfw, "_fetch_remote", fetch_small_lfw)
    monkeypatch.setattr("facenet_core.faces.lfw.MOST_PICTURED", 3)
    stages: list[str] = []
    faces = load_faces("lfw", root=tmp_path, progress=lambda done, total, what: stages.append(what))
    assert len(faces) == 6
    assert stages == ["archives to unpack, which takes a minute", "archives unpacked", "pictures read"]
    assert fetched[-1] == "lfw-funneled.tgz"
    monkeypatch.setattr(sklearn_lfw, "_fetch_remote", None)
    assert load_faces("lfw", root=tmp_path).fingerprint == faces.fingerprint


def test_an_interrupted_unpacking_starts_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = tmp_path / "downloads/lfw_home/lfw_funneled/Ann_Lee"
    half.mkdir(parents=True)
    fetch_small_lfw(SimpleNamespace(filename="lfw-funneled.tgz"), str(tmp_path / "downloads/lfw_home"))
    monkeypatch.setattr(sklearn_lfw, "_fetch_remote", fetch_small_lfw)
    monkeypatch.setattr("facenet_core.faces.lfw.MOST_PICTURED", 3)
    assert len(load_faces("lfw", root=tmp_path)) == 6


@pytest.mark.parametrize("source", ["lfw", "olivetti"])
@pytest.mark.parametrize(
    ("trouble", "kind", "words"),
    [
        (URLError("unreachable"), NoNetwork, "the network does not answer"),
        (TimeoutError(), NoNetwork, "the network does not answer"),
        (HTTPError("http://x", 503, "busy", None, None), NoNetwork, "503"),  # type: ignore[arg-type]
        (OSError("its checksum differs"), FacesError, "checksum"),
    ],
)
def test_no_network_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, trouble: Exception, kind: type, words: str
) -> None:
    def fail(**_: object) -> None:
        raise trouble

    name = {"lfw": "fetch_lfw_people", "olivetti": "fetch_olivetti_faces"}[source]
    monkeypatch.setattr(f"sklearn.datasets.{name}", fail)
    with pytest.raises(kind, match=words) as caught:
        load_faces(source, root=tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source", ["lfw", "olivetti"])
def test_an_offline_copy_that_is_not_there(tmp_path: Path, source: str) -> None:
    with pytest.raises(FacesError, match="There is no folder"):
        load_faces(source, path=tmp_path / "missing", root=tmp_path)


def test_an_offline_copy_without_lfw(tmp_path: Path) -> None:
    with pytest.raises(FacesError, match="has no lfw_home/lfw_funneled"):
        load_faces("lfw", path=tmp_path, root=tmp_path / "sets")


def test_olivetti_faces_are_enlarged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.random.default_rng(0).random((6, 64, 64)).astype(np.float32)
    images[4] = 0.5
    calls: list[str] = []

    def fetch(data_home: str) -> SimpleNamespace:
        calls.append(data_home)
        return SimpleNamespace(images=images, target=np.array([1, 0, 1, 0, 2, 2]))

    monkeypatch.setattr("sklearn.datasets.fetch_olivetti_faces", fetch)
    faces = load_faces("olivetti", root=tmp_path)
    assert faces.names == ("person 01", "person 02", "person 03")
    assert faces.files[:2] == ("olivetti/person 01/01", "olivetti/person 01/02")
    assert np.unique(faces.images[4]).tolist() == [128]
    assert load_faces("olivetti", root=tmp_path).fingerprint == faces.fingerprint
    assert calls == [str(tmp_path / "downloads")]  # the second time without the loader
