"""How calm and how true the maps of a real training are, and how soon a map follows its epoch.

pytest tests/benchmarks/test_map_stability.py --benchmark-only
python tests/benchmarks/test_map_stability.py        prints the table of docs/benchmarks.md

600 faces of 50 people (12 images each, all trained on) are embedded after each of 12 epochs of the synthetic class.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces import load_faces
from facenet_core.map_config import MAP_METHODS
from facenet_core.projection import (
    draw_map,
    face_trust,
    fixed_basis,
    polished_maps,
    stability,
    warm_up,
)

PEOPLE, IMAGES, EACH, EPOCHS = 50, 20, 12, 12


def embeddings_of_a_training(root: Path, source: str = "synthetic", path: str | None = None) -> list[np.ndarray]:
    """Return (600, 128) embeddings after each epoch of a short training."""
    from facenet_core.training import Trainer

    faces = load_faces(source, path=path, people=PEOPLE, images=IMAGES, root=root)
    config = FacesConfig(source=source, path=path, people=PEOPLE, images=IMAGES)
    trainer = Trainer(faces, TrainingConfig(faces=config, epochs=EPOCHS, device="cpu"))
    seen = trainer.split.seen
    index = np.concatenate([seen[faces.people[seen] == person][:EACH] for person in np.unique(faces.people[seen])])
    epochs = []
    for _ in range(EPOCHS):
        trainer.epoch()
        epochs.append(trainer.embed(index))
    return epochs


def film(method: str, epochs: list[np.ndarray]) -> tuple[list[np.ndarray], float]:
    """Return the maps of all epochs by a method, as a run draws them, and the seconds for one."""
    started = time.perf_counter()
    if method.startswith("umap-polished"):
        maps = polished_maps(epochs, 3 if "3d" in method else 2)
    else:
        basis = fixed_basis(epochs[-1], method) if method.startswith("pca") else None
        alone, maps = method.startswith("tsne-refit"), []
        for number, embeddings in enumerate(epochs):
            previous = maps[-1] if maps else None
            seed = number if alone else 0
            drawn = draw_map(method, embeddings, previous=previous, basis=basis, seed=seed, random_start=alone)
            maps.append(drawn.positions)
    return maps, (time.perf_counter() - started) / len(epochs)


def measured(epochs: list[np.ndarray], maps: list[np.ndarray]) -> np.ndarray:
    """Return trustworthiness, continuity and neighbours kept, means over faces and epochs."""
    found = [face_trust(embeddings, positions) for embeddings, positions in zip(epochs, maps, strict=True)]
    return np.mean([[f.trustworthiness.mean(), f.continuity.mean(), f.kept.mean()] for f in found], axis=0)


@pytest.fixture(scope="module")
def epochs(tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    warm_up()
    return embeddings_of_a_training(tmp_path_factory.mktemp("faces"))


@pytest.mark.parametrize(("method", "goal"), [("umap-2d", 0.15), ("umap-polished-2d", 0.05)])
def test_maps_are_calm_and_true(benchmark, epochs, method, goal):
    maps, _ = benchmark.pedantic(film, (method, epochs), rounds=1)
    trust, continuity, kept = measured(epochs, maps)
    figures = {"stability": stability(maps), "trust": trust, "continuity": continuity, "kept": kept}
    benchmark.extra_info.update({name: round(float(value), 3) for name, value in figures.items()})
    print(method, benchmark.extra_info)
    assert stability(maps) <= goal
    assert trust >= 0.97


def test_a_live_map_of_1000_faces_is_soon_behind_its_epoch(benchmark, epochs):
    rows = np.concatenate([epochs[-1], epochs[-2][:400]])
    before = draw_map("umap-2d", np.concatenate([epochs[-2], epochs[-3][:400]])).positions
    benchmark.pedantic(draw_map, ("umap-2d", rows), {"previous": before}, rounds=3)
    assert benchmark.stats.stats.median <= 2.0


def main() -> None:
    """Print the table; with a folder of faces as the argument, of a training on them."""
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    warm_up()
    found = embeddings_of_a_training(Path("data/faces"), "folder" if folder else "synthetic", folder)
    print(
        "| map | stability | trustworthiness | continuity | neighbours kept | s an epoch |\n|---|--:|--:|--:|--:|--:|"
    )
    for method in MAP_METHODS:
        maps, seconds = film(method, found)
        cells = [stability(maps), *measured(found, maps), seconds]
        print(f"| {method} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
