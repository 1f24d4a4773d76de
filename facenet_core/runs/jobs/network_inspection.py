"""What a worker finds out about one face and one epoch's network; pages ask for it with ``engine().ask``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.evaluation.recognition.quantisation import StorageCost, storage_costs
from facenet_core.faces import FacesError, open_faces
from facenet_core.runs.records import GROUPS, RunDamaged
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.weights import load_network, weights_stamp

if TYPE_CHECKING:
    from torch import Tensor, nn

SQUARE, PLACES = 22, 23  # a fifth of the picture's side, moved by 4 pixels
FINE = 5  # pixels of the gradient that are added up each way: single ones are mostly noise
MOST_FACES = 9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceLook:
    """Which part of a face its distance to another picture hangs on.

    Attributes:
        embeddings: (2, D) float32 of the face and of the other picture.
        untouched: Their squared distance.
        hidden: (n, n) float32 squared distances with a grey square on the face.
        forecast: (n, n) float32 what gradient times input foretells for the same squares.
        centres: (n,) float32 pixels, the middles of the squares.
        square: The square's side in pixels.
        gradient: (22, 22) float32 gradient times input by 5 x 5 pixels: the change foretold if they turned grey.
    """

    embeddings: np.ndarray
    untouched: float
    hidden: np.ndarray
    forecast: np.ndarray
    centres: np.ndarray
    square: int
    gradient: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer as the table shows it.

    Attributes:
        name: Its path in the module.
        kind: Its class.
        output_shape: Of one image, without the batch.
        parameters: Trainable numbers in it.
        multiply_adds: Multiplications with a weight for one image.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int

    @property
    def has_maps(self) -> bool:
        """Whether what leaves it are maps: channels with a height and a width."""
        return len(self.output_shape) == 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChannelFaces:
    """The faces that set each channel of a layer off most.

    Attributes:
        faces: (C, k) numbers of tracked faces, strongest first.
        strengths: (C, k) float32 largest outputs.
        places: (C, k, 2) float32 row and column of those, as shares of the picture.
        exact: Whether the faces themselves were looked at; else only their thumbnails were there.
    """

    faces: np.ndarray
    strengths: np.ndarray
    places: np.ndarray
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilterFilm:
    """The first filters at every epoch that has weights.

    Attributes:
        epochs: The E epochs, in order.
        filters: (E, F, 3, h, w) float32.
        layer: Path of their convolution in the module.
    """

    epochs: tuple[int, ...]
    filters: np.ndarray
    layer: str


def list_layers(run_path: str, epoch: int) -> list[Layer]:
    """Return the layers of a run's network in the order of their work."""
    from facenet_core.networks import layer_table

    rows = layer_table(_network(RunFolder(Path(run_path)), epoch)).layers
    return [
        Layer(
            name=row.name,
            kind=row.kind,
            output_shape=row.output_shape,
            parameters=row.parameters,
            multiply_adds=row.multiply_adds,
        )
        for row in rows
    ]


def look_at_face(run_path: str, epoch: int, face: np.ndarray, other: np.ndarray) -> FaceLook:
    """Find out which part of a face its distance to another picture hangs on.

    Args:
        run_path: The run's folder.
        epoch: An epoch that has weights.
        face: (110, 110, 3) uint8, the picture that is looked at.
        other: (110, 110, 3) uint8, the picture that it is compared with.

    Raises:
        RunMissing: There are no weights of that epoch.
        RunDamaged: They cannot be read.
        ValueError: A picture has another shape.
    """
    from facenet_core.networks import looking

    network = _network(RunFolder(Path(run_path)), epoch)
    pixels = _pixels(np.stack([_checked(face), _checked(other)]))
    embeddings = looking.embed(network, pixels)
    squared = float((embeddings[0] - embeddings[1]).square().sum())
    moved = looking.occlusion(network, pixels[0], embeddings[1], square=SQUARE, places=PLACES)
    change = looking.gradient_times_input(network, pixels[0], embeddings[1])
    return FaceLook(
        embeddings=embeddings.cpu().numpy(),
        untouched=squared,
        hidden=moved.squared_distances.astype(np.float32),
        forecast=(squared + _sums(change, moved.starts)).astype(np.float32),
        centres=(moved.starts + SQUARE / 2).astype(np.float32),
        square=SQUARE,
        gradient=_binned(change),
    )


def look_into_layer(run_path: str, epoch: int, face: np.ndarray, layer: str) -> np.ndarray:
    """Return what leaves a layer for one face, (C, h, w) float16; raises as ``look_at_face`` does."""
    from facenet_core.networks import looking

    maps = looking.layer_maps(_network(RunFolder(Path(run_path)), epoch), _pixels(_checked(face)[None]), layer)
    most = float(np.finfo(np.float16).max)
    small: np.ndarray = maps[0].clamp(-most, most).cpu().numpy().astype(np.float16)
    return small


def find_strongest_faces(run_path: str, faces_root: str, epoch: int, layer: str) -> ChannelFaces:
    """Find the tracked faces that set each channel of a layer off most; raises as ``look_at_face`` does."""
    from facenet_core.networks import looking

    run = RunFolder(Path(run_path))
    pictures, exact = tracked_pictures(run, Path(faces_root))
    found = looking.strongest_pictures(_network(run, epoch), _pixels(pictures), layer, MOST_FACES)
    return ChannelFaces(faces=found.pictures, strengths=found.strengths, places=found.places, exact=exact)


def first_filters(run_path: str, epochs: list[int]) -> FilterFilm | None:
    """Return the first filters at several epochs; None where no convolution looks at the colours themselves."""
    from facenet_core.networks import looking

    run = RunFolder(Path(run_path))
    found = [looking.colour_filters(load_network(run, epoch)) for epoch in epochs]
    filters = [(epoch, *one) for epoch, one in zip(epochs, found, strict=True) if one is not None]
    if not filters:
        return None
    return FilterFilm(
        epochs=tuple(epoch for epoch, _, _ in filters),
        filters=np.stack([weights for _, _, weights in filters]),
        layer=filters[0][1],
    )


def cost_of_fewer_bytes(run_path: str, epoch: int) -> dict[str, tuple[StorageCost, ...]]:
    """Measure, for every group of tracked faces that has two, what embeddings in fewer bytes cost."""
    run = RunFolder(Path(run_path))
    tracked = run.tracked()
    if tracked is None:
        return {}
    embeddings, seed = run.epoch(epoch).embeddings, run.record().config.seed
    costs = {}
    for code, group in enumerate(GROUPS):
        chosen = tracked.group == code
        if chosen.sum() >= 2:
            costs[group] = storage_costs(embeddings[chosen], tracked.person[chosen], seed=seed)
    return costs


def tracked_pictures(run: RunFolder, faces_root: Path, which: np.ndarray | None = None) -> tuple[np.ndarray, bool]:
    """Return tracked faces as the network sees them.

    Args:
        run: The run.
        faces_root: Where prepared sets are kept.
        which: Numbers of tracked faces; None for all.

    Returns:
        (n, 110, 110, 3) uint8, and whether they are the faces themselves: where the prepared set is not on
        this machine any more, thumbnails are enlarged.

    Raises:
        RunDamaged: The run has no tracked faces, or they cannot be read.
    """
    tracked, fingerprint = run.tracked(), run.record().fingerprint
    if tracked is None:
        raise RunDamaged(f"Run {run.id} has no faces yet: train it first.")
    which = np.arange(len(tracked)) if which is None else which
    if fingerprint is not None:
        try:
            return open_faces(fingerprint, root=faces_root).read(tracked.index[which]), True
        except (FacesError, IndexError):
            pass  # tidied away, or the run came from another machine: said by whoever shows it
    thumbnails = run.thumbnails()
    if thumbnails is None:
        raise RunDamaged(f"Run {run.id} has no thumbnails any more: train it again.")
    return _enlarged(thumbnails[which]), False


def _enlarged(thumbnails: np.ndarray) -> np.ndarray:
    from PIL import Image

    from facenet_core.faces import IMAGE_SIZE

    size = (IMAGE_SIZE, IMAGE_SIZE)
    large = [np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BICUBIC)) for one in thumbnails]
    return np.stack(large) if large else np.empty((0, *size, 3), np.uint8)


_kept: dict[tuple[str, int], tuple[int, "nn.Module"]] = {}  # the network last looked into


def _network(run: RunFolder, epoch: int) -> "nn.Module":
    key, stamp = (str(run.path), epoch), weights_stamp(run, epoch)
    kept = _kept.get(key)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    network = load_network(run, epoch)
    _kept.clear()
    _kept[key] = stamp, network
    return network


def _pixels(images: np.ndarray) -> "Tensor":
    """Turn (B, 110, 110, 3) uint8 into what networks take."""
    import torch

    from facenet_core.training.devices import Arithmetic
    from facenet_core.training.embedding import as_input

    return as_input(torch.from_numpy(np.ascontiguousarray(images)), Arithmetic(precision="float32", channels_last=True))


def _checked(picture: np.ndarray) -> np.ndarray:
    if picture.shape != (110, 110, 3) or picture.dtype != np.uint8:
        raise ValueError(f"a picture must be (110, 110, 3) uint8, got {picture.shape} {picture.dtype}")
    return picture


def _sums(change: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Add up a map (H, W) under every place of the square."""
    table = np.zeros((change.shape[0] + 1, change.shape[1] + 1))
    table[1:, 1:] = change.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    low, high = starts, starts + SQUARE
    sums: np.ndarray = (
        table[np.ix_(high, high)] - table[np.ix_(low, high)] - table[np.ix_(high, low)] + table[np.ix_(low, low)]
    )
    return sums


def _binned(change: np.ndarray) -> np.ndarray:
    height, width = (side // FINE * FINE for side in change.shape)
    blocks = change[:height, :width].reshape(height // FINE, FINE, width // FINE, FINE)
    binned: np.ndarray = blocks.sum(axis=(1, 3)).astype(np.float32)
    return binned
