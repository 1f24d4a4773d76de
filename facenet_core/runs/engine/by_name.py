"""Jobs that travel by name: nothing on their way needs this project, nor the packages of their arguments.

A Dask scheduler unpickles what it is sent before it hands it on. So the job that it sees is made of Python's own
functions, a name, and bytes; a worker looks the name up and unpacks the bytes.
"""

import operator
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any

_HERE = f"{__name__}:call_by_name"


def name_of(function: Callable[..., Any]) -> str:
    """Return the name by which a worker finds a function.

    Raises:
        ValueError: It finds none: the function stands in no module, or inside of another one.
    """
    if function.__module__ == "__main__" or not function.__qualname__.isidentifier():
        raise ValueError(f"a worker cannot import {function.__qualname__}: it must be a function of a module")
    return f"{function.__module__}:{function.__qualname__}"


def job_by_name(function: Callable[..., Any], args: Sequence[Any], *, at_once: bool = False) -> tuple[Any, ...]:
    """Return a job, as a Dask graph has it, that calls an importable function in a worker.

    Args:
        function: What is called.
        args: Its arguments.
        at_once: Whether it needs nothing that a worker warms, and waits for none of it.
    """
    from distributed.protocol.serialize import serialize_bytes

    packed = serialize_bytes(tuple(args))
    return operator.call, (pkgutil.resolve_name, _HERE), name_of(function), packed, at_once


def call_by_name(name: str, packed: bytes, at_once: bool = False) -> Any:
    """Do a job that ``job_by_name`` sent; called in a worker."""
    from distributed.protocol.serialize import deserialize_bytes

    from facenet_core.runs.engine.workers.warm_up import when_warm

    args = deserialize_bytes(packed)
    function = pkgutil.resolve_name(name)
    return function(*args) if at_once else when_warm(function, *args)
