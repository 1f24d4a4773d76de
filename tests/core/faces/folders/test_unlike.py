"""Which pictures of a set are unlike the rest in size or shape."""

import pytest

from facenet_core.faces.folders.unlike import unlike_sizes


def test_rooms_among_faces_are_found() -> None:
    sizes = [(168, 192)] * 50 + [(640, 480)] * 2 + [(168, 192)] * 8
    assert unlike_sizes(sizes) == ([50, 51], (168, 192))


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [(250, 250)],
        [(250, 250)] * 9,
        [(92, 112)] * 5 + [(100, 110)] * 5,
        [(100 * k, 75 * k) for k in range(1, 10)],  # photographs of every size: none is odd
        [(300, 400)] * 5 + [(400, 300)] * 5,
    ],
)
def test_where_sizes_are_alike_or_simply_differ_none_is(sizes: list[tuple[int, int]]) -> None:
    assert unlike_sizes(sizes)[0] == []
