"""Galleries: the nearest are those of plain loops, whatever is kept and whatever searches."""

import numpy as np
import pytest

from facenet_core.evaluation import Gallery
from facenet_core.evaluation.recognition import galleries
from facenet_core.evaluation.recognition.galleries import SEARCHES
from facenet_core.evaluation.recognition.stored_rows import STORED_AS

NAMES = np.array(["Ann", "Bo", "Cy", "Dee"])


def faces(count=300, size=16, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, size))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), np.arange(count) // 3


def searches():
    pytest.importorskip("faiss", reason='FAISS is not installed: pip install "facenet-lab[faiss]"')
    return "faiss"


@pytest.fixture(params=["exact", "faiss"])
def search(request):
    return "exact" if request.param == "exact" else searches()


def plain(rows, probe, count, left_out=-1):
    squared = ((rows - probe) ** 2).sum(axis=1)
    order = [index for index in np.argsort(squared, kind="stable") if index != left_out]
    return order[:count], squared[order[:count]]


def test_the_nearest_faces_are_those_of_a_plain_loop(search):
    rows, people = faces()
    rows = rows.astype(np.float32).astype(np.float64)
    probes = faces(20, seed=1)[0]
    found = Gallery(rows, people, search=search).nearest(probes, 7)
    for place, probe in enumerate(probes):
        index, squared = plain(rows, probe, 7)
        assert found.index[place].tolist() == index
        assert found.squared_distance[place] == pytest.approx(squared, abs=1e-14)
    assert np.array_equal(found.person, people[found.index])


def test_equals_come_in_the_order_they_were_added(search):
    gallery = Gallery(np.ones((50, 4)), np.arange(50), search=search)
    assert gallery.nearest([1, 1, 1, 1], 5).index.tolist() == [[0, 1, 2, 3, 4]]


def test_faces_closer_than_float32_can_tell_come_in_their_true_order(search):
    rows = 30 + 1e-3 * np.random.default_rng(0).normal(size=(200, 4))  # squared lengths drown the distances
    stored = rows.astype(np.float32).astype(np.float64)
    gallery = Gallery(rows, np.arange(200), search=search)
    for probe in stored[:20]:
        assert gallery.nearest(probe, 6).index[0].tolist() == plain(stored, probe, 6)[0]


def test_each_person_is_named_once_by_their_nearest_face(search):
    rows, people = faces()
    probe = rows[100] + 0.01
    found = Gallery(rows, people, search=search).nearest_people(probe, 4)
    best = {}
    for index in plain(rows, probe, 300)[0]:
        best.setdefault(people[index], index)
    assert found.index[0].tolist() == list(best.values())[:4]
    assert found.person[0].tolist() == list(best)[:4]


def test_one_person_with_almost_all_faces_does_not_hide_the_others():
    rows, _ = faces(500)
    people = np.zeros(500, int)
    people[[7, 300]] = [1, 2]
    found = Gallery(rows, people).nearest_people(rows[0], 5)
    assert sorted(found.person[0]) == [0, 1, 2]


def test_people_come_without_training_and_one_by_one():
    gallery = Gallery()
    assert (len(gallery), gallery.embedding_size) == (0, None)
    assert gallery.nearest(np.zeros((3, 2)), 4).index.shape == (3, 0)
    assert gallery.nearest_people(np.zeros(2)).person.shape == (1, 0)
    gallery.add([[0.0, 0], [1, 0]], NAMES[:2])
    gallery.add([[0.0, 3]], ["Somebody with a long name"])
    assert gallery.nearest_people([0.0, 2]).person.tolist() == [["Somebody with a long name"]]
    assert (len(gallery), gallery.embedding_size, gallery.bytes_per_face) == (3, 2, 8)
    gallery.add(np.empty((0, 2)), [])
    assert len(gallery) == 3


def test_a_probe_that_stands_in_the_gallery_can_be_left_out(search):
    rows, people = faces(60)
    rows = rows.astype(np.float32)
    gallery = Gallery(rows, people, search=search)
    found = gallery.nearest(rows, 2, leave_out=np.arange(60))
    for place in range(60):
        assert found.index[place].tolist() == plain(rows.astype(float), rows[place].astype(float), 2, place)[0]
    assert gallery.nearest(rows, 60, leave_out=np.arange(60)).index.shape == (60, 59)
    alone = Gallery(rows[:3], [0, 0, 5])
    assert alone.nearest_people(rows[2], 2, leave_out=[2]).person.tolist() == [[0]]


@pytest.mark.parametrize(
    ("storage", "bytes_", "off"), [("float32", 64, 1e-6), ("float16", 32, 2e-3), ("bytes", 16, 0.02)]
)
def test_fewer_bytes_change_distances_little(storage, bytes_, off):
    rows, people = faces()
    gallery = Gallery(rows, people, storage=storage)
    assert gallery.bytes_per_face == bytes_
    found = gallery.nearest(rows, 1)
    assert (found.index[:, 0] == np.arange(300)).all()
    probes = faces(50, seed=2)[0]
    near, exact = gallery.nearest(probes, 300), Gallery(rows, people).nearest(probes, 300)
    difference = np.sort(near.squared_distance) - np.sort(exact.squared_distance)
    assert 0 < np.abs(difference).max() < off or storage == "float32"


def test_bytes_follow_numbers_that_grow(search):
    gallery = Gallery([[0.1, 0.0], [0.0, 0.1]], [0, 1], storage="bytes", search=search)
    gallery.add([[10.0, 0.0], [0.0, 0.0]], [2, 3])
    assert gallery.nearest([[9.0, 0], [0.0, 0.0]], 1).person.tolist() == [[2], [3]]
    assert gallery.nearest([9.0, 0], 4).squared_distance[0] == pytest.approx([1, 79.6, 81, 81], abs=0.5)


def test_many_probes_and_rows_go_by_in_blocks(monkeypatch):
    rows, people = faces()
    whole = Gallery(rows, people).nearest(rows, 3)
    monkeypatch.setattr(galleries, "_AT_ONCE", 1_000)
    monkeypatch.setattr(galleries, "_ROWS", 7)
    pieces = Gallery(rows, people).nearest(rows, 3)
    assert np.array_equal(whole.index, pieces.index)


def test_a_large_gallery_takes_faiss_where_it_is(monkeypatch):
    monkeypatch.setattr(galleries, "LARGEST_EXACT", 100)
    rows, people = faces(150)
    gallery = Gallery(rows[:90], people[:90])
    assert gallery.search == "exact"
    before = gallery.nearest(rows, 3).index
    gallery.add(rows[90:] + 9, people[90:])
    try:
        import faiss  # noqa: F401
    except ImportError:
        assert gallery.search == "exact"
    else:
        assert gallery.search == "faiss"
    assert np.array_equal(gallery.nearest(rows, 3).index, before)


def test_faiss_that_is_not_installed_is_a_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(ValueError, match='needs the library FAISS: pip install "facenet-lab'):
        Gallery(search="faiss")
    assert Gallery(search="auto").search == "exact"


def test_what_does_not_fit_is_refused():
    rows, people = faces(6)
    gallery = Gallery(rows, people)
    with pytest.raises(ValueError, match="16 numbers a face, got 8: embed both with the same run"):
        gallery.nearest(rows[:, :8])
    with pytest.raises(ValueError, match="16 numbers a face, got 8"):
        gallery.add(rows[:, :8], people)
    with pytest.raises(ValueError, match="one person for each of the 6 embeddings"):
        gallery.add(rows, people[:5])
    with pytest.raises(ValueError, match="one person for each"):
        Gallery(rows)
    with pytest.raises(ValueError, match="names or all be numbers"):
        gallery.add(rows[:1], ["Ann"])
    with pytest.raises(ValueError, match="row 0"):
        gallery.nearest(np.full(16, np.nan))
    with pytest.raises(ValueError, match="count must be at least 1"):
        gallery.nearest(rows, 0)
    with pytest.raises(ValueError, match="leave_out must name one row for each of 6"):
        gallery.nearest(rows, 1, leave_out=[1])
    with pytest.raises(ValueError, match=f"one of {', '.join(STORED_AS)}"):
        Gallery(storage="2 bits")
    with pytest.raises(ValueError, match=f"one of {', '.join(SEARCHES)}"):
        Gallery(search="guess")
    assert len(gallery) == 6
