"""What the workers' process tells while it starts, and whether it still gets on."""

import json
import threading
import time
from collections.abc import Callable
from typing import IO

STILL_SECONDS = 300.0
"""Time without a word after which a process that starts is taken to have got stuck. It speaks up after every half
second of processor time, so on a busy computer, too, where that takes half a minute."""


class Told:
    """The lines of JSON that the workers' process writes: phases, and the address of the scheduler.

    Args:
        lines: Where they come from; read in a thread of its own until it ends.
        on_news: Called, in that thread, after each line and at the end.
        clock: Seconds that pass.
    """

    def __init__(
        self, lines: IO[str], on_news: Callable[[], object], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.address: str | None = None
        self.phase = "starting Python"
        self.ended = False
        self._clock, self._on_news = clock, on_news
        self._phase_began = self._heard = clock()
        self._thread = threading.Thread(target=self._read, args=(lines,), name="workers' news", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How long the phase has lasted so far."""
        return self._clock() - self._phase_began

    @property
    def stuck(self) -> bool:
        """Whether something is being loaded and nothing was heard of it for too long."""
        return bool(self.phase) and not self.ended and self._clock() - self._heard > STILL_SECONDS

    def _read(self, lines: IO[str]) -> None:
        try:
            for line in lines:
                self._take(line)
                self._on_news()
        except ValueError:  # closed meanwhile
            pass
        self.ended = True
        self._on_news()

    def _take(self, line: str) -> None:
        try:
            news = json.loads(line)
        except ValueError:
            return  # a library that prints
        if not isinstance(news, dict):
            return
        self._heard = self._clock()
        if isinstance(news.get("address"), str):
            self.address = news["address"]
        phase = news.get("phase", self.phase)
        if isinstance(phase, str) and phase != self.phase:
            self.phase, self._phase_began = phase, self._heard
