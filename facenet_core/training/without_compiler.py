"""torch loads its compiler with any optimiser's first step: two seconds and 70 MB, though nothing here is compiled.

It does so only to tell the compiler which functions to leave alone. Here they are called as they are, which computes
the same. A version of torch that is built otherwise loads its compiler as before.
"""

import types
from typing import Any

import torch
from torch.optim import Optimizer

_LEFT_ALONE = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
_MARK = "__dynamo_disable"  # where torch keeps a function as its compiler leaves it


def leave_compiler_out() -> None:
    """Have optimisers be built without the compiler; called before the first is."""
    for name in _LEFT_ALONE:
        plain = getattr(getattr(Optimizer, name), "__wrapped__", None)
        if plain is not None and not hasattr(plain, _MARK):
            setattr(plain, _MARK, plain)


def step_without_compiler(optimiser: Optimizer) -> Optimizer:
    """Return the optimiser; its ``step`` does what it did, and knows no hooks."""
    plain: Any = type(optimiser).step
    while hasattr(plain, "__wrapped__"):
        plain = plain.__wrapped__
    if optimiser.defaults.get("differentiable"):
        return optimiser
    optimiser.step = types.MethodType(torch.no_grad()(plain), optimiser)  # type: ignore[method-assign]
    return optimiser
