"""The engine of a class server: a Dask cluster that is already there and shares the data folder."""

from pathlib import Path

from facenet_core.runs.engine.cluster_engine import ClusterEngine
from facenet_core.runs.engine.connection import Connection
from facenet_core.runs.engine.remote_connection import RemoteConnection


class RemoteEngine(ClusterEngine):
    """Uses the cluster of a scheduler that somebody else started; tries again while it cannot be reached.

    Args:
        address: Such as ``tcp://host:8786``.
        data: The data folder, at the same path on the workers.
    """

    kind = "remote"

    def __init__(self, address: str, data: Path) -> None:
        self._address = address
        super().__init__(data)
        self._message = f"Looking for the scheduler at {address}."

    def _connect(self) -> Connection:
        connection = RemoteConnection(self._address, self._wake.set, self.data, self.boot_id)
        self._message = "The workers are being looked at."
        return connection

    def _disconnected(self, error: Exception | None = None) -> None:
        """Leave the cluster to its owner."""
