"""What a cluster is asked: a photo is looked at by a worker that still loads torch and umap, all else waits."""

import pytest

from facenet_core.faces.photos import look_at_photo
from facenet_core.runs.engine.by_name import name_of
from facenet_core.runs.engine.connection import Connection
from facenet_core.runs.job_status import embed_photos


class Asked:
    """A client that keeps what it was asked for."""

    def __init__(self, *_: object, **__: object) -> None:
        self.calls: list[tuple[object, ...]] = []

    def get(self, graph: dict[str, tuple[object, ...]], key: str, **_: object) -> "Asked":
        self.calls.append(graph[key])
        return self

    def add_done_callback(self, _: object) -> None: ...


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setattr("distributed.Client", Asked)
    return Connection("tcp://127.0.0.1:1", lambda: None)


def test_photos_do_not_wait_for_what_looking_needs_not(cluster):
    cluster.submit("look at photo", (("side", 1),), look_at_photo, "a.jpg", b"")
    cluster.submit("photos 1", (("side", 1),), embed_photos, "run", [])
    at_once = {call[2]: call[-1] for call in cluster._client.calls}
    assert at_once == {name_of(look_at_photo): True, name_of(embed_photos): False}
