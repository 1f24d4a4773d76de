"""Small folders of made-up pictures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.faces import IMAGE_SIZE, FaceSet

MakeFolder = Callable[[dict[str, int]], Path]


def coloured(seed: int, size: tuple[int, int] = (120, 120)) -> Image.Image:
    """A picture with broad patches that no other seed has."""
    cells = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Make a folder with so many PNG pictures of each person."""

    def make(people: dict[str, int]) -> Path:
        folder = tmp_path / "people"
        seed = 0
        for person, count in people.items():
            (folder / person).mkdir(parents=True)
            for number in range(count):
                seed += 1
                coloured(seed).save(folder / person / f"{number:02d}.png")
        return folder

    return make


@pytest.fixture
def picture() -> Callable[..., Image.Image]:
    return coloured


@pytest.fixture
def set_of() -> Callable[[dict[str, int]], FaceSet]:
    """A set in memory with so many (black) images of each person, given in any order."""

    def make(people: dict[str, int]) -> FaceSet:
        names = tuple(sorted(people))
        files = tuple(f"{name}/{number}" for name in names for number in range(people[name]))
        return FaceSet(
            images=np.zeros((len(files), IMAGE_SIZE, IMAGE_SIZE, 3), dtype=np.uint8),
            people=np.repeat(np.arange(len(names), dtype=np.int32), [people[name] for name in names]),
            names=names,
            files=files,
            source="folder",
            fingerprint="0" * 16,
            folder=Path("nowhere"),
        )

    return make
