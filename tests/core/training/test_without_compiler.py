"""Optimisers compute the same without torch's compiler, and do not load it."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from facenet_core.config import TrainingConfig
from facenet_core.training.optimisers import MOMENTUM, build_optimiser

STEP = """
import sys, torch
from facenet_core.config import TrainingConfig
from facenet_core.training.optimisers import build_optimiser

layer = torch.nn.Linear(3, 2)
optimiser = build_optimiser(layer, TrainingConfig(optimiser=sys.argv[1]))
optimiser.zero_grad(set_to_none=True)
layer(torch.ones(4, 3)).sum().backward()
optimiser.step()
optimiser.load_state_dict(optimiser.state_dict())
print("torch._dynamo" in sys.modules)
"""


def steps(layer: nn.Module, optimiser: torch.optim.Optimizer) -> torch.Tensor:
    for number in range(5):
        optimiser.zero_grad(set_to_none=True)
        layer(torch.full((4, 3), float(number))).square().sum().backward()
        optimiser.step()
    return next(layer.parameters()).detach()


def layer() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(3, 2)


@pytest.mark.parametrize("name", ["adamw", "sgd", "adagrad"])
def test_it_computes_what_torch_does(name):
    config, own, plain = TrainingConfig(optimiser=name), layer(), layer()
    rate, decay = config.learning_rate, config.weight_decay
    theirs = {
        "adamw": lambda: torch.optim.AdamW(plain.parameters(), rate, weight_decay=decay, fused=True),
        "sgd": lambda: torch.optim.SGD(plain.parameters(), rate, momentum=MOMENTUM, weight_decay=decay),
        "adagrad": lambda: torch.optim.Adagrad(plain.parameters(), rate, weight_decay=decay),
    }[name]()
    assert torch.equal(steps(own, build_optimiser(own, config)), steps(plain, theirs))


@pytest.mark.parametrize("name", ["adamw", "sgd", "adagrad"])
def test_the_compiler_is_not_loaded(name):
    done = subprocess.run([sys.executable, "-c", STEP, name], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
