"""What turns gradients into new weights."""

import torch
from torch import nn

from facenet_core.config import TrainingConfig
from facenet_core.training.without_compiler import leave_compiler_out, step_without_compiler

MOMENTUM = 0.9


def build_optimiser(network: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """Return the optimiser that the configuration names, over all weights of ``network``."""
    leave_compiler_out()
    return step_without_compiler(_build(network, config))


def _build(network: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    weights, rate, decay = list(network.parameters()), config.learning_rate, config.weight_decay
    if config.optimiser == "adamw":
        return torch.optim.AdamW(weights, rate, weight_decay=decay, fused=weights[0].device.type in ("cpu", "cuda"))
    if config.optimiser == "adagrad":  # the paper's
        return torch.optim.Adagrad(weights, rate, weight_decay=decay)
    return torch.optim.SGD(weights, rate, momentum=MOMENTUM, weight_decay=decay)
