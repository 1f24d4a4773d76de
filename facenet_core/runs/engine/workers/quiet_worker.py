"""A Dask worker that speaks up when something changes, and hardly ever otherwise."""

from distributed import Worker

AT_REST_SECONDS = 5.0
"""Time between two heartbeats of a worker that has nothing to do and nothing left to load."""


class QuietWorker(Worker):
    """Beats as often as the scheduler asks while it works or warms up, and seldom at rest.

    Twice a second for each of three workers is a tenth of a slow core, with nobody there.
    """

    async def heartbeat(self) -> None:
        """Tell the scheduler how the worker is, and settle when to do so again."""
        await super().heartbeat()
        told = self.metrics["facenet"](self) if "facenet" in self.metrics else {"warm": False, "busy": True}
        if told["warm"] and not told["message"] and not told["busy"]:
            self.periodic_callbacks["heartbeat"].callback_time = 1000 * AT_REST_SECONDS
