"""How long a worker looks at one face, and what storing the weights of an epoch costs beside training it.

pytest tests/benchmarks/test_looking_speed.py --benchmark-only
"""

import statistics
import time

import numpy as np
import pytest
import torch

from facenet_core.networks import build_network
from facenet_core.networks.looking import occlusion
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.weights import store_weights
from facenet_core.triplets import semi_hard_triplet_loss

STEPS_PER_EPOCH = 10  # of 100 images, as in the classroom run of 50 people x 20 images


@pytest.mark.parametrize("name", ["classroom", "seed"])
def test_occlusion_map_of_23_by_23_places(benchmark, name):
    network = build_network(name).eval().to(memory_format=torch.channels_last)
    face = torch.rand(3, 110, 110) * 2 - 1
    found = benchmark.pedantic(lambda: occlusion(network, face, torch.zeros(128)), rounds=3, warmup_rounds=1)
    assert found.squared_distances.shape == (23, 23)
    if name == "classroom":
        assert benchmark.stats.stats.median < 1


def test_storing_weights_beside_the_steps_of_an_epoch(benchmark, tmp_path):
    network = build_network().train().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), 1e-3, fused=True)
    pixels = torch.rand(100, 3, 110, 110).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(100) // 4
    steps, stores = [], []

    def epoch() -> None:
        started = time.perf_counter()
        for _ in range(STEPS_PER_EPOCH):
            semi_hard_triplet_loss(network(pixels), labels, 0.2).loss.backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        middle = time.perf_counter()
        store_weights(RunFolder(tmp_path), network, len(steps), 15)
        steps.append(middle - started)
        stores.append(time.perf_counter() - middle)

    benchmark.pedantic(epoch, rounds=5, warmup_rounds=1)
    share = statistics.median(stores) / statistics.median(steps)
    benchmark.extra_info.update(share_of_the_steps=round(share, 4), store_ms=round(1e3 * float(np.median(stores)), 2))
    assert share < 0.01
