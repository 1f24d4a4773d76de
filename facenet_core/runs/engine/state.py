"""How an engine and its workers are, and the sentences about it."""

from dataclasses import dataclass

BUSY_AFTER_SECONDS = 20
"""A library that takes longer to load says so: on a quiet computer none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """A worker as it was last heard of.

    Attributes:
        name: ``train-0``, ``train-1``, ``side``, or what a cluster calls it.
        pid: Its process.
        busy_with: What it does, such as ``train 20261124-...``; empty when it rests.
        warm: Whether everything is loaded.
        message: What it loads; empty when it is warm.
        seconds: How long it has been loading that.
    """

    name: str
    pid: int
    busy_with: str = ""
    warm: bool = False
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """How an engine is.

    Attributes:
        kind: ``inline``, ``local`` or ``remote``.
        ready: Whether a run asked for now would begin at once, or wait in the queue only for others.
        message: A sentence about it.
        workers: Those it has.
        read_only: Whether it only looks.
        problems: Sentences about workers that cannot be used.
    """

    kind: str
    ready: bool
    message: str
    workers: tuple[WorkerState, ...] = ()
    read_only: bool = False
    problems: tuple[str, ...] = ()

    @property
    def warming(self) -> str:
        """A sentence about what is still missing before a run would begin at once; empty when nothing is."""
        if not self.ready:
            return self.message
        cold = next((worker for worker in self.workers if not worker.warm), None)
        return "" if cold is None else loading_words("The workers are warming up", cold.message, cold.seconds)


def loading_words(who: str, what: str, seconds: float) -> str:
    """Return a sentence about something that is loaded, such as torch; one that takes long says for how long."""
    if seconds < BUSY_AFTER_SECONDS:
        return f"{who}: {what or 'starting'}."
    return f"This computer is busy: {what or 'starting'}, {seconds:.0f} s so far."
