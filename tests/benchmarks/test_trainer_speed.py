"""What the trainer costs beside a bare loop over the same network, batch and precision.

pytest tests/benchmarks/test_trainer_speed.py --benchmark-only
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from facenet_core.config import AugmentationConfig, TrainingConfig
from facenet_core.faces import FaceSet
from facenet_core.networks import build_network
from facenet_core.training import Trainer, choose_device
from facenet_core.triplets import semi_hard_triplet_loss

PEOPLE, IMAGES = 50, 20
P, K, MARGIN = 25, 4, 0.2
ROUNDS = 30


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> FaceSet:
    folder = tmp_path_factory.mktemp("faces")
    count = PEOPLE * (IMAGES + 4) + 240
    images = np.lib.format.open_memmap(folder / "images.npy", "w+", np.uint8, (count, 110, 110, 3))
    images[:] = np.random.default_rng(0).integers(0, 255, (count, 110, 110, 3), dtype=np.uint8)
    return FaceSet(
        images=images,
        people=np.repeat(np.arange(count // 24), 24).astype(np.int32),
        names=tuple(f"{i:03}" for i in range(count // 24)),
        files=tuple(f"{i}.png" for i in range(count)),
        source="folder",
        fingerprint="0" * 16,
        folder=folder,
    )


def bare_step(faces: FaceSet, config: TrainingConfig, trainer: Trainer) -> Callable[[], None]:
    """A loop with everything in memory that shows, counts and stores nothing."""
    device, precision = trainer.device, trainer.arithmetic.precision
    pixels = torch.from_numpy(faces.read(np.arange(PEOPLE * 24))).to(device).permute(0, 3, 1, 2)
    labels = torch.arange(PEOPLE, device=device).repeat_interleave(24)
    model: nn.Module = build_network(config.network).to(device, memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(model.parameters(), 1e-3, fused=device.type in ("cpu", "cuda"))

    def draw() -> Tensor:
        people = torch.randperm(PEOPLE)[:P]
        return torch.cat([person * 24 + torch.randperm(24)[:K] for person in people]).to(device)

    def step() -> None:
        index = draw()
        batch = pixels[index].to(torch.float32).div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)
        flip = torch.rand(len(batch), device=device) < 0.5
        batch[flip] = batch[flip].flip(3)
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
            out = model(batch)
        loss = semi_hard_triplet_loss(out.float(), labels[index], MARGIN).loss
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    return step


def against_bare(faces: FaceSet, config: TrainingConfig, benchmark) -> float:
    """Return the trainer's rate as a share of the bare loop's, both measured in turn."""
    trainer = Trainer(faces, config)
    bare = bare_step(faces, config, trainer)
    own: list[float] = []
    plain: list[float] = []
    wait = torch.cuda.synchronize if trainer.device.type == "cuda" else lambda: None

    def both() -> None:
        for times, step in ((own, trainer.step), (plain, bare)):
            wait()
            started = time.perf_counter()
            step()
            wait()
            times.append(time.perf_counter() - started)

    benchmark.pedantic(both, rounds=ROUNDS, warmup_rounds=5)
    share = statistics.median(plain[5:]) / statistics.median(own[5:])
    benchmark.extra_info.update(
        share_of_the_bare_rate=round(share, 3),
        images_per_second=round(P * K / statistics.median(own[5:])),
        precision=trainer.arithmetic.precision,
        threads=torch.get_num_threads(),
        device=torch.cuda.get_device_name() if trainer.device.type == "cuda" else "cpu",
    )
    return share


def config_for(device: str) -> TrainingConfig:
    return TrainingConfig(
        people_per_batch=P, images_per_person=K, device=device, augmentation=AugmentationConfig(flip=True)
    )


def test_on_the_cpu_the_trainer_keeps_85_percent_of_a_bare_loops_rate(faces: FaceSet, benchmark) -> None:
    assert against_bare(faces, config_for("cpu"), benchmark) >= 0.85


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_on_a_gpu_the_trainer_keeps_85_percent_of_a_bare_loops_rate(faces: FaceSet, benchmark) -> None:
    assert choose_device("cuda").type == "cuda"
    assert against_bare(faces, config_for("cuda"), benchmark) >= 0.85


def memory_after_an_epoch(folder: Path, count: int) -> int:
    """Train over a set of ``count`` images in a fresh process; return its peak memory in MB."""
    import subprocess
    import sys

    program = f"""
import resource, numpy as np
from pathlib import Path
from facenet_core.config import TrainingConfig
from facenet_core.faces import FaceSet, FaceSplit
from facenet_core.training import Trainer
folder = Path({str(folder)!r})
images = np.lib.format.open_memmap(folder / "{count}.npy", "w+", np.uint8, ({count}, 110, 110, 3))
faces = FaceSet(images=images, people=np.arange({count}, dtype=np.int32) // 20,
                names=tuple(map(str, range({count} // 20))),
                files=("",) * {count}, source="folder", fingerprint="0" * 16, folder=folder)
none = np.zeros(0, np.int64)
split = FaceSplit(seen=np.arange({count}), held_out=none, unseen=none, people_seen=np.arange({count} // 20), notes=())
trainer = Trainer(faces, TrainingConfig(precision="float32"), split=split)
shown = np.zeros({count}, bool)
for start in range(0, {count}, 100):
    faces.read(np.arange(start, start + 100))
for _ in range(20):
    trainer.step()
trainer.embed(np.arange(500))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    (folder / f"{count}.npy").unlink()
    return int(done.stdout)


def test_memory_does_not_grow_with_the_set(tmp_path: Path, benchmark) -> None:
    small = memory_after_an_epoch(tmp_path, 10_000)
    large = benchmark.pedantic(memory_after_an_epoch, (tmp_path, 100_000), rounds=1)
    benchmark.extra_info.update(megabytes_10_000=small, megabytes_100_000=large)
    assert large <= 1.10 * small
