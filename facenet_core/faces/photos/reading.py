"""Photos on their way through the workers: a few at a time, in memory only, ended at any moment."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from facenet_core.faces.face_set import SkippedPicture
from facenet_core.faces.photos.collecting import Collected, Entry
from facenet_core.faces.photos.looking import Look, look_at_photo

AT_ONCE = 6  # photos with the workers: enough that they never wait, few enough that memory stays flat

Ask = Callable[..., "Future[Any]"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A photo that a worker has looked at."""

    entry: Entry
    look: Look


class Reading:
    """Hands photos to the workers as they come back; nothing of them is written to a disk.

    Args:
        collected: What is to be read, and what was refused before.
        ask: ``Engine.ask``.
    """

    def __init__(self, collected: Sequence[Collected], ask: Ask) -> None:
        self._ask = ask
        self._waiting = deque(item for item in collected if isinstance(item, Entry))
        self._under_way: deque[tuple[Entry, Future[Any]]] = deque()
        self.refused = [item for item in collected if isinstance(item, SkippedPicture)]
        self.total = len(self._waiting)
        self.done = 0
        self.cancelled = False

    @property
    def moving(self) -> bool:
        """Whether photos are still to come."""
        return bool(self._waiting or self._under_way)

    def push(self) -> list[Seen]:
        """Take what the workers have finished, in order, give them more, and return what was seen.

        Call it again and again; it never waits.
        """
        seen: list[Seen] = []
        while True:
            while self._under_way and self._under_way[0][1].done():
                entry, future = self._under_way.popleft()
                self.done += 1
                self._take(entry, future, seen)
            if not self._waiting or len(self._under_way) >= AT_ONCE:
                return seen
            self._send(self._waiting.popleft())

    def cancel(self) -> None:
        """Send no more; what came stays."""
        self.cancelled = self.moving
        self._waiting.clear()
        self._under_way.clear()

    def _send(self, entry: Entry) -> None:
        try:
            data = entry.read()
        except ValueError as error:
            self.done += 1
            self.refused.append(SkippedPicture(file=entry.name, reason=str(error)))
        else:
            self._under_way.append((entry, self._ask(look_at_photo, entry.name, data)))

    def _take(self, entry: Entry, future: "Future[Any]", seen: list[Seen]) -> None:
        try:
            look = future.result()
        except Exception as error:  # whatever the worker met, the other photos go on
            reason = f"the worker could not look at it ({type(error).__name__}); try again, or leave it out"
            self.refused.append(SkippedPicture(file=entry.name, reason=reason))
            return
        if isinstance(look, SkippedPicture):
            self.refused.append(look)
        else:
            seen.append(Seen(entry, look))
