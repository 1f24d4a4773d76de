"""Photographs of real people for benchmarks: read where they lie beside the checkout, never copied."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

FACES = Path(__file__).resolve().parents[3] / "shared" / "faces"
SEED = 0


def orl() -> list[Image.Image]:
    """Return all 400 pictures of ORL, 92 x 112."""
    return [
        Image.open(_there("orl") / f"s{person}" / f"{k}.pgm").convert("RGB")
        for person in range(1, 41)
        for k in range(1, 11)
    ]


def lfw(count: int, seed: int = SEED) -> list[Image.Image]:
    """Return one picture each of so many people of LFW, deep-funneled, 110 x 110, drawn at random."""
    people = sorted((_there("lfw110") / "images").iterdir())
    chosen = np.random.default_rng(seed).choice(len(people), count, replace=False)
    return [Image.open(sorted(people[person].iterdir())[0]).convert("RGB") for person in chosen]


def padded(picture: Image.Image) -> Image.Image:
    """Return a picture of twice the size whose border is repeated all round."""
    down, across = picture.height // 2, picture.width // 2
    return Image.fromarray(np.pad(np.asarray(picture), ((down, down), (across, across), (0, 0)), mode="edge"))


def _there(name: str) -> Path:
    folder = FACES / name
    if not folder.is_dir():
        pytest.skip(f"real faces are read from {folder}, which is not there")
    return folder
