"""A cluster that somebody else started: its workers are looked at before they get work, and told what they do."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from facenet_core.runs.engine.connection import Connection, Unreachable, Workers, read_workers
from facenet_core.runs.engine.joining import join, look_around
from facenet_core.runs.engine.sharing_out import GIVEN, NOTHING, Roles, chosen_here, roles_of, share_out

_ASK_AGAIN = 5.0  # seconds, after which a worker that could not be used is asked once more


def start_workers(address: str) -> str:
    """Return the command that starts workers as this program likes them: a process each, two to train, one beside."""
    return f"dask worker {address} --nthreads 1 --nworkers 3 --memory-limit 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A worker that was asked what it has: when, and what was wrong with it before."""

    at: float
    answer: "Future[str]"
    before: str | None

    @property
    def problem(self) -> str | None:
        """What is wrong with it, empty where nothing is; None while that is not known."""
        return self.answer.result() if self.answer.done() else self.before


class RemoteConnection(Connection):
    """A client of a scheduler whose workers know nothing of this program, or not yet.

    Args:
        address: Such as ``tcp://host:8786``.
        on_news: Called, in another thread, whenever a job is done.
        data: The data folder, as the workers should see it too.
        token: What stands in the folder's ``engine.json``, by which a worker knows that it sees the same one.

    Raises:
        Unreachable: Nobody answers there, or somebody with whom this program cannot talk.
    """

    def __init__(self, address: str, on_news: Callable[[], object], data: Path, token: str) -> None:
        super().__init__(address, on_news)
        self._data, self._token = data, token
        self._asks = ThreadPoolExecutor(4, "workers looked at")
        self._asked: dict[str, _Asked] = {}
        self._told: dict[str, tuple[Roles, Future[None]]] = {}
        try:
            self._check_version()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the cluster; what runs there ends with its next report to nobody."""
        self._asks.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _check_version(self) -> None:
        versions: Any = self._client.get_versions()
        found = versions["scheduler"]["packages"]["distributed"]
        if not _talk(found):
            raise Unreachable(f"the scheduler at {self.address} has {_version_words(found)}")

    def _read(self, found: dict[str, dict[str, Any]]) -> Workers:
        self._forget_gone(found)
        for address in found:
            self._ask(address)
        usable = {address: found[address] for address, asked in self._asked.items() if asked.problem == ""}
        ready = [found[address] for address, roles in share_out(usable).items() if self._tell(address, usable, roles)]
        wrong = ((address, asked.problem) for address, asked in self._asked.items() if asked.problem)
        problems = tuple(f"The worker {address} cannot be used: {problem}." for address, problem in wrong)
        return replace(read_workers(ready), problems=problems or self._missing(found))

    def _missing(self, found: dict[str, Any]) -> tuple[str, ...]:
        if found:
            return ()
        where = f"The scheduler at {self.address} has no worker"
        return (f"{where}: start some where this project is installed, with {start_workers(self.address)}.",)

    def _forget_gone(self, found: dict[str, Any]) -> None:
        for address in set(self._asked) - set(found):
            del self._asked[address]
            self._told.pop(address, None)

    def _ask(self, address: str) -> None:
        """Have a worker looked at; one that could not be used is looked at again, since that may be mended."""
        asked = self._asked.get(address)
        if asked is None or (asked.problem and time.monotonic() - asked.at > _ASK_AGAIN):
            before = asked.problem if asked else None
            answer = self._asks.submit(self._look_at, address)
            self._asked[address] = _Asked(at=time.monotonic(), answer=answer, before=before)

    def _look_at(self, address: str) -> str:
        answer = self._run(address, look_around, str(self._data), self._token)
        if isinstance(answer, Exception) and "No module named" in str(answer):  # Dask hands it on as its text
            problem = (
                f"this project, or what it needs, is not installed there ({answer}); run pip install . in the "
                "project's folder, with the Python that runs the worker, and start it again"
            )
        elif isinstance(answer, Exception):
            problem = f"it did not answer ({type(answer).__name__}: {answer})"
        elif not _talk(answer["distributed"]):
            problem = f"it has {_version_words(answer['distributed'])}"
        else:
            problem = answer["problem"] and f"{answer['problem']}; it must be the same folder under the same path"
        if problem:
            self._run(address, _take_from())
        return problem

    def _tell(self, address: str, workers: dict[str, dict[str, Any]], roles: Roles) -> bool:
        """Tell a worker what it does, where that is new; return whether it knows, and the scheduler too."""
        if address not in self._told or self._told[address][0] != roles:
            given = chosen_here(workers[address])
            faces = str(self._data / "faces")
            told = self._asks.submit(self._run, address, join, roles, given, faces)
            self._told[address] = roles, told
        answer = self._told[address][1]
        if answer.done() and isinstance(answer.result(), Exception):
            del self._told[address]  # tried again
            return False
        tells = "facenet" in workers[address].get("metrics", {})  # what it does, as ours tell
        return answer.done() and tells and roles_of(workers[address]) == roles

    def _run(self, address: str, function: Callable[..., Any], *args: Any) -> Any:
        """Have one worker call a function at once, beside its jobs; return what came out, or the exception."""
        try:
            answers = self._client.run(function, *args, workers=[address], on_error="return")
            return answers.get(address, ConnectionError("it is gone"))
        except Exception as error:  # whatever it is, this worker cannot be used now
            return error
        finally:
            self._on_news()


def _take_from() -> Callable[..., Any]:
    """Return what takes all kinds of jobs from a worker; it travels as code: this project may be missing there."""
    kinds, given = dict(NOTHING), GIVEN

    async def take(dask_worker: Any) -> None:
        if any(dask_worker.state.total_resources.get(kind) for kind in kinds):
            await dask_worker.set_resources(**kinds, **{given: 1})

    return take


def _talk(found: str) -> bool:
    """Return whether distributed of this version understands ours: Dask promises that for equal ones alone."""
    return found.split(".")[:2] == version("distributed").split(".")[:2]


def _version_words(found: str) -> str:
    own = version("distributed")
    return f"distributed {found} and this program has {own}; install distributed=={own} there"
