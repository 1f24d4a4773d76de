"""Which worker of a cluster trains, and which does everything beside: places for jobs, by what the workers have."""

from collections.abc import Mapping
from typing import Any

KINDS = ("train", "side", "fetch")
"""Kinds of jobs, as resources of workers: trainings; what else computes; what waits for a disk or a network."""

GIVEN = "given-by-facenet"
"""Resource of a worker whose kinds of jobs were chosen here, and not by whoever started it."""

Roles = dict[str, int]
"""How many jobs of each kind a worker does at once."""

TRAINS: Roles = {"train": 1, "side": 0, "fetch": 0}
BESIDE: Roles = {"train": 0, "side": 1, "fetch": 1}
EVERYTHING: Roles = {"train": 1, "side": 1, "fetch": 1}
NOTHING: Roles = {"train": 0, "side": 0, "fetch": 0}


def share_out(workers: Mapping[str, Mapping[str, Any]]) -> dict[str, Roles]:
    """Return what each worker does.

    A worker that was started with ``--resources`` of these kinds does what those say. Of the others one stands beside,
    so that maps and photos never wait for a training to end, and the rest train; a single one does everything. Who
    stands beside goes on doing so: others may be in the middle of a training.

    Args:
        workers: Address -> what the scheduler knows about a worker, in the order in which they came.
    """
    own = {address: roles for address, worker in workers.items() if (roles := _own_roles(worker)) is not None}
    plain = [address for address in workers if address not in own]
    if any(roles["side"] for roles in own.values()):
        return own | dict.fromkeys(plain, TRAINS)
    if len(plain) == 1:
        trained_elsewhere = any(roles["train"] for roles in own.values())
        return own | {plain[0]: BESIDE if trained_elsewhere else EVERYTHING}
    beside = [address for address in plain if roles_of(workers[address]) == BESIDE]
    one = (beside or plain)[-1:]  # the last to come has nothing to do yet
    return own | {address: BESIDE if address in one else TRAINS for address in plain}


def roles_of(worker: Mapping[str, Any]) -> Roles:
    """Return what a worker's resources let it do now."""
    has = worker.get("resources", {})
    return {kind: int(has.get(kind, 0)) for kind in KINDS}


def chosen_here(worker: Mapping[str, Any]) -> bool:
    """Return whether a worker's kinds of jobs are chosen here, because whoever started it named none."""
    return _own_roles(worker) is None


def _own_roles(worker: Mapping[str, Any]) -> Roles | None:
    """Return what a worker's own ``--resources`` say; None where they name none of the kinds."""
    has = worker.get("resources", {})
    if has.get(GIVEN) or not any(kind in has for kind in KINDS):
        return None
    return roles_of(worker) | {"fetch": int(has.get("fetch", has.get("side", 0)))}
