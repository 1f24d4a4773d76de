"""A set of noise that takes a second to train on, and runs over it."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.runs import RunFolder, create_run

PEOPLE, IMAGES = 10, 6


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Any:
    """Train with one thread, here and in every process that a test starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACENET_THREADS", "1")
        yield


@pytest.fixture(scope="package")
def noise_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten people of six pictures: noise around a colour of each."""
    folder = tmp_path_factory.mktemp("people")
    chance = np.random.default_rng(0)
    for person in range(PEOPLE):
        (folder / f"person {person}").mkdir()
        colour = chance.integers(40, 215, 3)
        for number in range(IMAGES):
            pixels = np.clip(colour + chance.normal(0, 30, (28, 28, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).resize((110, 110)).save(folder / f"person {person}" / f"{number}.png")
    return folder


@pytest.fixture(scope="package")
def faces_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faces")


@pytest.fixture
def tiny(noise_folder: Path) -> TrainingConfig:
    """Three steps an epoch, three epochs."""
    return TrainingConfig(
        faces=FacesConfig(source="folder", path=str(noise_folder), people=6, images=4),
        embedding_size=16,
        people_per_batch=4,
        images_per_person=2,
        epochs=3,
        device="cpu",
        precision="float32",
    )


@pytest.fixture
def make_run(tmp_path: Path, tiny: TrainingConfig) -> Callable[..., RunFolder]:
    """Make a run, with some settings of its own."""

    def make(**settings: Any) -> RunFolder:
        return create_run(tmp_path / "runs", replace(tiny, **settings))

    return make


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait for a condition; fail, saying what it was, when it does not come true."""

    def wait(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited {seconds} s in vain for: {what}"
            time.sleep(0.01)

    return wait


@pytest.fixture
def weights_of() -> Callable[[RunFolder], bytes]:
    """Return the stored weights of a run, as bytes."""

    def read(run: RunFolder) -> bytes:
        (file,) = (run.path / "checkpoint").glob("weights-*.safetensors")
        return file.read_bytes()

    return read
