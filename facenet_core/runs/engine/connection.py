"""A Dask cluster as the engine sees it: places for jobs, and what the workers tell about themselves."""

import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from facenet_core.faces.photos.looking import look_at_photo
from facenet_core.runs.engine.by_name import job_by_name
from facenet_core.runs.engine.state import WorkerState

_LOOK_EVERY = 0.5
_LOOK_EVERY_WHILE_EMPTY = 0.05
CONNECT_SECONDS = 5
_AT_ONCE = frozenset({look_at_photo})  # needs neither torch nor umap, so it waits for neither to be loaded

Place = tuple[tuple[str, float], ...]
"""Resources that a job takes while it runs: they decide which worker can have it."""


class Task(Protocol):
    """A job in the cluster, as Dask keeps it."""

    @property
    def status(self) -> str:
        """``pending``, ``finished``, ``error``, ``cancelled`` or ``lost``."""

    def done(self) -> bool:
        """Return whether it is no longer pending."""

    def result(self) -> Any:
        """Return what came out."""

    def exception(self) -> BaseException | None:
        """Return what was raised."""


class Unreachable(ConnectionError):
    """Nobody answers at the scheduler's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The cluster's workers, and where runs can train."""

    states: tuple[WorkerState, ...] = ()
    places: tuple[Place, ...] = ()
    resources: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    """Sentences about workers that cannot be used."""


class Connection:
    """A client of one scheduler.

    Args:
        address: Such as ``tcp://127.0.0.1:8786``.
        on_news: Called, in another thread, whenever a job is done.

    Raises:
        Unreachable: Nobody answers there.
    """

    def __init__(self, address: str, on_news: Callable[[], object]) -> None:
        from distributed import Client

        self.address = address
        try:
            self._client = Client(address, set_as_default=False, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]  # Dask's own
        except (OSError, ValueError) as error:  # also TimeoutError; an address of no known protocol
            raise Unreachable(f"no scheduler answers at {address}: {error}") from error
        self._on_news = on_news
        self._numbers = itertools.count()
        self._client_name = secrets.token_hex(4)
        self._looked = 0.0
        self.workers = Workers()

    @property
    def alive(self) -> bool:
        """Whether the scheduler still answers."""
        return bool(self._client.status == "running")

    def submit(self, name: str, place: Place, function: Callable[..., Any], *args: Any, first: bool = False) -> Task:
        """Have a job done.

        Args:
            name: What the worker is busy with, for people.
            place: Resources it takes.
            function: Importable; with plain arguments.
            *args: Its arguments.
            first: Whether it goes before others that wait for the same place.
        """
        key = f"{name}#{self._client_name}{next(self._numbers)}"
        resources, priority = dict(place) or None, 10 if first else 0
        graph = {key: job_by_name(function, args, at_once=function in _AT_ONCE)}
        given = {"resources": resources, "priority": priority, "fifo_timeout": "100 ms"}  # who comes first goes first
        task = self._client.get(graph, key, sync=False, **given)  # type: ignore[no-untyped-call]  # Dask's own
        task.add_done_callback(lambda _: self._on_news())
        return cast(Task, task)

    def place(self, resource: str) -> Place:
        """Return the place of side jobs; none in particular where the cluster does not know the resource."""
        return ((resource, 1),) if resource in self.workers.resources else ()

    def look(self) -> None:
        """Ask the scheduler about its workers, if that was a while ago."""
        every = _LOOK_EVERY if self.workers.places else _LOOK_EVERY_WHILE_EMPTY
        if time.monotonic() - self._looked < every:
            return
        self._looked = time.monotonic()
        known = self._client.scheduler_info()
        found = known.get("workers", {})
        if len(found) == known.get("n_workers", len(found)):  # Dask's own look, in between, brings none of them
            self.workers = self._read(found)

    def _read(self, found: dict[str, dict[str, Any]]) -> Workers:
        """Return the workers, of what the scheduler knows about each, by its address."""
        return read_workers(list(found.values()))

    def close(self) -> None:
        """Let go of the cluster; what runs there ends with its next report to nobody."""
        self._client.close(timeout=2)  # type: ignore[no-untyped-call]  # Dask's own


def read_workers(found: list[dict[str, Any]]) -> Workers:
    """Return the workers, of what the scheduler knows about each."""
    resources = frozenset(name for worker in found for name in worker.get("resources", {}))
    places = [place for worker in found for place in _places(worker, "train" in resources)]
    states = sorted((_read_state(worker) for worker in found), key=lambda state: state.name)
    return Workers(states=tuple(states), places=tuple(sorted(places)), resources=resources)


def _places(worker: dict[str, Any], known: bool) -> list[Place]:
    """Return where a worker can train: its own named places, its share of ``train``, or its threads."""
    own = worker.get("resources", {})
    named: list[Place] = [((name, 1),) for name in own if name.startswith("train-")]
    if named:
        return named
    if known:
        return [(("train", 1),)] * int(own.get("train", 0))
    return [()] * int(worker.get("nthreads", 1))


def _unheard_of(name: str) -> WorkerState:
    """One of the app's own workers before its first heartbeat, or a cluster's own one, which nobody warms."""
    ours = name == "side" or name.startswith("train-")
    return WorkerState(name=name, pid=0, warm=not ours, message="starting" if ours else "")


def _read_state(worker: dict[str, Any]) -> WorkerState:
    told = worker.get("metrics", {}).get("facenet")
    name = str(worker.get("name", ""))
    if not isinstance(told, dict):
        return _unheard_of(name)
    busy = ", ".join(str(key).partition("#")[0] for key in told["busy"])
    return WorkerState(
        name=name,
        pid=int(told["pid"]),
        busy_with=busy,
        warm=bool(told["warm"]),
        message=str(told["message"]),
        seconds=float(told["seconds"]),
    )
