"""Images are varied as the configuration says, and not otherwise."""

import torch

from facenet_core.config import AugmentationConfig
from facenet_core.training.augmentation import augment

FACES = torch.randint(0, 255, (40, 20, 22, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def varied(config: AugmentationConfig, seed: int = 0) -> torch.Tensor:
    return augment(FACES, config, torch.Generator().manual_seed(seed))


def test_nothing_asked_for_changes_nothing() -> None:
    assert torch.equal(varied(AugmentationConfig(flip=False)), FACES)


def test_flip_mirrors_about_half_and_leaves_the_others() -> None:
    result = varied(AugmentationConfig(flip=True))
    mirrored = [torch.equal(a, b.flip(1)) for a, b in zip(result, FACES, strict=True)]
    same = [torch.equal(a, b) for a, b in zip(result, FACES, strict=True)]
    assert all(m != s for m, s in zip(mirrored, same, strict=True))
    assert 10 <= sum(mirrored) <= 30


def test_shift_moves_by_whole_pixels_up_to_the_most() -> None:
    seen = set()
    for image, original in zip(varied(AugmentationConfig(flip=False, shift=2)), FACES, strict=True):
        moves = [
            (dy, dx)
            for dy in range(-2, 3)
            for dx in range(-2, 3)
            if torch.equal(image[2:-2, 2:-2], original[2 + dy : 18 + dy, 2 + dx : 20 + dx])
        ]
        assert len(moves) == 1
        seen.update(moves)
    assert len(seen) > 10


def test_cut_out_greys_one_square() -> None:
    result = varied(AugmentationConfig(flip=False, cut_out=6))
    for image, original in zip(result, FACES, strict=True):
        changed = (image != original).any(dim=2)
        assert (image[changed] == 127).all()
        rows, columns = changed.any(1).nonzero(), changed.any(0).nonzero()
        assert len(rows) == 0 or (rows.max() - rows.min() < 6 and columns.max() - columns.min() < 6)
    assert (result != FACES).any()


def test_brightness_scales_each_image_by_one_factor() -> None:
    result = varied(AugmentationConfig(flip=False, brightness=0.5)).float()
    factors = []
    for image, original in zip(result, FACES.float(), strict=True):
        middle = (original > 60) & (original < 160)  # neither clipped nor coarse
        ratios = image[middle] / original[middle]
        assert ratios.max() - ratios.min() < 0.03
        factors.append(float(ratios.mean()))
    assert min(factors) >= 0.48
    assert max(factors) <= 1.5
    assert max(factors) - min(factors) > 0.5


def test_equal_chance_gives_equal_images() -> None:
    everything = AugmentationConfig(flip=True, shift=3, cut_out=5, brightness=0.3)
    assert torch.equal(varied(everything, 4), varied(everything, 4))
    assert not torch.equal(varied(everything, 4), varied(everything, 5))
