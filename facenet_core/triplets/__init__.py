"""Batches, squared distances, miners and losses: which three faces teach, and how much."""

from facenet_core.triplets.closed_form import (
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    hardest_semi_hard_triplet_loss,
    semi_hard_triplet_loss,
)
from facenet_core.triplets.distances import squared_distances
from facenet_core.triplets.losses import mined_triplet_loss, random_triplet_loss
from facenet_core.triplets.miners import Triplets
from facenet_core.triplets.result import NotFinite, TripletLoss
from facenet_core.triplets.sampler import PeopleSampler

__all__ = [
    "NotFinite",
    "PeopleSampler",
    "TripletLoss",
    "Triplets",
    "batch_all_triplet_loss",
    "batch_hard_triplet_loss",
    "hardest_semi_hard_triplet_loss",
    "mined_triplet_loss",
    "random_triplet_loss",
    "semi_hard_triplet_loss",
    "squared_distances",
]
