"""Training: one step, one epoch, and a state that can be stored and taken up again."""

from facenet_core.training.checkpoint import CheckpointDamaged
from facenet_core.training.devices import Arithmetic, DeviceMissing, choose_arithmetic, choose_device, thread_count
from facenet_core.training.embedding import embed_images, restore_network
from facenet_core.training.trainer import EpochReport, StepReport, Trainer, TrainingFailed

__all__ = [
    "Arithmetic",
    "CheckpointDamaged",
    "DeviceMissing",
    "EpochReport",
    "StepReport",
    "Trainer",
    "TrainingFailed",
    "choose_arithmetic",
    "choose_device",
    "embed_images",
    "restore_network",
    "thread_count",
]
