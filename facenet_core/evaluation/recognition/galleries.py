"""Galleries: known faces that probes are compared with, one small interface for few and for very many."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facenet_core.evaluation.pairs.distances import Floats, Integers, check_embeddings
from facenet_core.evaluation.recognition.stored_rows import StoredRows, stored_rows

SEARCHES = ("auto", "exact", "faiss")
LARGEST_EXACT = 100_000  # faces; beyond, "auto" takes FAISS where it is installed
_AT_ONCE = 4_000_000  # distances held at once: 16 MB
_ROWS = 8_192  # gallery rows of a block


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """The nearest of a gallery for each of M probes, nearest first; equals in the order they were added.

    Attributes:
        index: (M, K) row of the gallery, counted as added.
        person: (M, K) whom it shows, as given with the gallery.
        squared_distance: (M, K) its squared distance from the probe.
    """

    index: Integers
    person: NDArray[Any]
    squared_distance: Floats


class Search(Protocol):
    """Finds those rows of a gallery that may be among the nearest."""

    name: str

    def changed(self, rows: StoredRows, first: int) -> None:
        """Take notice that rows from ``first`` on are new or other ones."""

    def near(self, rows: StoredRows, probes: NDArray[np.float32], count: int) -> Iterator[Integers]:
        """Yield for each probe rows that surely hold its ``count`` nearest."""


class Gallery:
    """Known faces: build it, add people, ask for the nearest.

    Candidates are found in float32 and measured once more in float64, so that every search answers alike: same
    faces, same distances, same order. Embeddings must come from one network: those of another run mean nothing
    here, even where the size fits.
    """

    def __init__(
        self,
        embeddings: ArrayLike | None = None,
        people: ArrayLike | None = None,
        *,
        storage: str = "float32",
        search: str = "auto",
    ) -> None:
        """Build a gallery, empty or of some faces.

        Args:
            embeddings: (N, D) numbers, or None for nobody yet.
            people: (N,) number or name of the person of each.
            storage: One of ``stored_rows.STORED_AS``: float32, float16 or bytes.
            search: ``exact`` compares with every face; ``faiss`` does so with the library FAISS; ``auto`` takes FAISS
                beyond ``LARGEST_EXACT`` faces where it is installed.

        Raises:
            ValueError: As ``add``; or a name is not known; or FAISS is asked for and not installed.
        """
        if search not in SEARCHES:
            raise ValueError(f"search must be one of {', '.join(SEARCHES)}, got {search!r}")
        stored_rows(storage, 0)  # refuses an unknown name before the first face comes
        self._storage, self._wanted = storage, search
        self._rows: StoredRows | None = None
        self._people: NDArray[Any] = np.empty(0, np.int64)
        self._search: Search = _faiss(required=True) if search == "faiss" else _Exact()
        if embeddings is not None:
            self.add(embeddings, np.empty(0) if people is None else people)

    def __len__(self) -> int:
        return 0 if self._rows is None else len(self._rows)

    @property
    def people(self) -> NDArray[Any]:
        """(N,) the person of each face, in the order added."""
        return self._people

    @property
    def embedding_size(self) -> int | None:
        """Numbers of an embedding (D); None while there is none."""
        return None if self._rows is None else int(self._rows.read(slice(0, 0)).shape[1])

    @property
    def bytes_per_face(self) -> int:
        """Bytes that one embedding takes; 0 while there is none."""
        return 0 if self._rows is None else self._rows.bytes_per_face

    @property
    def search(self) -> str:
        """What finds the nearest now: ``exact`` or ``faiss``."""
        return self._search.name

    def add(self, embeddings: ArrayLike, people: ArrayLike) -> None:
        """Add faces; nothing is trained.

        Args:
            embeddings: (n, D) numbers, of the size of those before.
            people: (n,) number or name of the person of each, of the kind of those before.

        Raises:
            ValueError: Lengths or sizes differ, an embedding is not finite, or names meet numbers.
        """
        table = check_embeddings(embeddings)
        given = np.asarray(people)
        if given.shape != (len(table),):
            raise ValueError(
                f"people must name one person for each of the {len(table)} embeddings, got shape {given.shape}"
            )
        if not len(table):
            return
        if self._rows is None:
            self._rows, self._people = stored_rows(self._storage, table.shape[1]), given[:0]
        self._check_size(table, "embeddings")
        if (given.dtype.kind in "US") != (self._people.dtype.kind in "US"):
            raise ValueError("people must all be names or all be numbers, got both")
        first = self._rows.add(table)
        self._people = np.concatenate([self._people, given])
        if self._wanted == "auto" and len(self) > LARGEST_EXACT:
            self._search, self._wanted, first = _faiss(required=False), "decided", 0
        self._search.changed(self._rows, first)

    def nearest(self, probes: ArrayLike, count: int = 1, *, leave_out: ArrayLike | None = None) -> Neighbours:
        """Return the nearest faces of each probe.

        Args:
            probes: (M, D) numbers, or (D,) for one probe.
            count: How many faces (K); fewer come back from a smaller gallery.
            leave_out: (M,) a row of the gallery that each probe is not compared with, such as itself; -1 for none.

        Raises:
            ValueError: Sizes differ, a probe is not finite, or ``count`` is below 1.
        """
        table, out = self._checked(probes, count, leave_out)
        most = min(count, len(self) - int((out >= 0).any()))
        found = [self._measured(probe, near, row) for probe, near, row in self._near(table, out, most)]
        return self._together([(index[:most], squared[:most]) for index, squared in found], len(table), most)

    def nearest_people(self, probes: ArrayLike, count: int = 1, *, leave_out: ArrayLike | None = None) -> Neighbours:
        """Return the nearest people of each probe, each once, as near as their nearest face; see ``nearest``."""
        table, out = self._checked(probes, count, leave_out)
        most = min(count, len(np.unique(self._people)))
        if (out >= 0).any():  # who has just the face that is left out is nobody to find
            there = np.array([len(np.unique(np.delete(self._people, row))) for row in np.unique(out[out >= 0])])
            most = min(most, int(there.min()))
        found = [self._people_near(probe, row, most) for probe, row in zip(table, out, strict=True)]
        return self._together(found, len(table), most)

    def _people_near(self, probe: Floats, left_out: int, most: int) -> tuple[Integers, Floats]:
        """Ask for ever more faces until enough people are among them."""
        asked = 2 * most
        while most:
            ((_, near, _),) = self._near(probe[None], np.array([left_out]), min(asked, len(self)))
            index, squared = self._measured(probe, near, left_out)
            index, squared = index[:asked], squared[:asked]  # beyond them, nearer ones may be missing
            first = np.sort(np.unique(self._people[index], return_index=True)[1])[:most]
            if len(first) == most or asked >= len(self):
                return index[first], squared[first]
            asked *= 4
        return np.empty(0, np.int64), np.empty(0)

    def _near(self, probes: Floats, out: Integers, count: int) -> Iterator[tuple[Floats, Integers, int]]:
        if self._rows is None or count < 1:
            return
        more = min(count + int((out >= 0).any()), len(self))
        found = self._search.near(self._rows, probes.astype(np.float32), more)
        yield from ((probe, near, int(row)) for probe, near, row in zip(probes, found, out, strict=True))

    def _measured(self, probe: Floats, near: Integers, left_out: int) -> tuple[Integers, Floats]:
        """Return candidates in order with their squared distances in float64."""
        near = np.sort(near[near != left_out])
        away = cast(StoredRows, self._rows).read(near).astype(np.float64) - probe
        squared = np.einsum("nd,nd->n", away, away)
        order = np.argsort(squared, kind="stable")
        return near[order], squared[order]

    def _checked(self, probes: ArrayLike, count: int, leave_out: ArrayLike | None) -> tuple[Floats, Integers]:
        given = np.asarray(probes)
        table = check_embeddings(given[None] if given.ndim == 1 else given, name="probes")
        self._check_size(table, "probes")
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}")
        out = np.full(len(table), -1) if leave_out is None else np.asarray(leave_out, np.int64)
        if out.shape != (len(table),):
            raise ValueError(f"leave_out must name one row for each of {len(table)} probes, got shape {out.shape}")
        return table, out

    def _check_size(self, table: Floats, name: str) -> None:
        size = self.embedding_size
        if size is not None and table.shape[1] != size:
            raise ValueError(
                f"{name} must have the gallery's {size} numbers a face, got {table.shape[1]}: "
                "embed both with the same run"
            )

    def _together(self, found: list[tuple[Integers, Floats]], probes: int, most: int) -> Neighbours:
        index = np.array([index for index, _ in found], np.int64).reshape(probes, max(most, 0))
        squared = np.array([squared for _, squared in found], np.float64).reshape(index.shape)
        return Neighbours(index=index, person=self._people[index], squared_distance=squared)


class _Exact:
    """Compares with every face, a block of the gallery at a time."""

    name = "exact"

    def __init__(self) -> None:
        self._norms = np.empty(0, np.float32)

    def changed(self, rows: StoredRows, first: int) -> None:
        parts = [self._norms[:first]]
        for top in range(first, len(rows), _ROWS):
            part = rows.read(slice(top, min(top + _ROWS, len(rows))))
            parts.append(np.einsum("nd,nd->n", part, part))
        self._norms = np.concatenate(parts)

    def near(self, rows: StoredRows, probes: NDArray[np.float32], count: int) -> Iterator[Integers]:
        height = max(1, _AT_ONCE // len(rows))
        for top in range(0, len(probes), height):
            part = probes[top : top + height]
            squared = self._squared(rows, part)
            slack = 4 * _rounding(part, float(self._norms.max()))
            for line, margin in zip(squared, slack, strict=True):
                bar = np.partition(line, count - 1)[count - 1] + margin
                yield np.flatnonzero(line <= bar)

    def _squared(self, rows: StoredRows, probes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m, N) squared distances less the probe's own squared length, which does not change the order."""
        squared = np.empty((len(probes), len(rows)), np.float32)
        twice = -2 * probes
        for top in range(0, len(rows), _ROWS):
            here = slice(top, min(top + _ROWS, len(rows)))
            np.matmul(twice, rows.read(here).T, out=squared[:, here])
        squared += self._norms
        return squared


def _rounding(probes: NDArray[np.float32], largest: float) -> NDArray[np.float32]:
    """Return how far float32 can be off in the squared distances of each probe (m,), sums of D products.

    Args:
        probes: (m, D) numbers.
        largest: The largest squared length in the gallery.
    """
    own = np.einsum("nd,nd->n", probes, probes)
    error: NDArray[np.float32] = (probes.shape[1] + 4) * np.finfo(np.float32).eps * (own + np.float32(largest))
    return error


class _Faiss:
    """Lets FAISS compare with every face, in float32."""

    name = "faiss"

    def __init__(self, library: Any) -> None:
        self._library, self._largest = library, 0.0
        self._index: Any = None

    def changed(self, rows: StoredRows, first: int) -> None:
        if self._index is None or first < self._index.ntotal:
            self._index, self._largest, first = self._library.IndexFlatL2(rows.read(slice(0, 0)).shape[1]), 0.0, 0
        for top in range(first, len(rows), _ROWS):
            part = np.ascontiguousarray(rows.read(slice(top, min(top + _ROWS, len(rows)))))
            self._index.add(part)
            self._largest = max(self._largest, float(np.einsum("nd,nd->n", part, part).max(initial=0)))

    def near(self, rows: StoredRows, probes: NDArray[np.float32], count: int) -> Iterator[Integers]:
        slack = 4 * _rounding(probes, self._largest)
        for probe, margin in zip(np.ascontiguousarray(probes), slack, strict=True):
            asked = min(count + 16, len(rows))
            squared, found = self._index.search(probe[None], asked)
            while squared[0, -1] <= squared[0, count - 1] + margin and asked < len(rows):
                asked = min(4 * asked, len(rows))  # too close together to tell them apart in float32
                squared, found = self._index.search(probe[None], asked)
            yield found[0].astype(np.int64)


def _faiss(*, required: bool) -> Search:
    """Return a search by FAISS; by numpy where it is not installed and not required."""
    try:
        import faiss
    except ImportError:
        if required:
            raise ValueError('search "faiss" needs the library FAISS: pip install "facenet-lab[faiss]"') from None
        return _Exact()
    return _Faiss(faiss)
