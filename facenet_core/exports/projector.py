"""A run for the Embedding Projector: vectors and names as a pair of TSV files, faces as one sprite."""

import io
import math
import zipfile
from collections.abc import Sequence

import numpy as np

from facenet_core.exports.content import RunContent, one_line
from facenet_core.exports.sheet import sheet
from facenet_core.runs.records import GROUPS, TrackedFaces

SPRITE_LARGEST = 8_192  # pixels a side that the projector reads

README = """{title}

For TensorBoard, without a network: unpack this into a folder and start
    tensorboard --logdir FOLDER
For projector.tensorflow.org: press Load, choose one of the tensors files, then metadata.tsv. What you load
there is read in your browser; the sprite is shown by TensorBoard only.

{faces:,} faces, {epochs} epoch(s). metadata.tsv has a row for each row of every numbered tensors file, in the same
order. {measured}
"""
MEASURED = (
    "tensors_measured.tsv and metadata_measured.tsv are the {faces:,} held-out images and pictures of unseen people\n"
    "that the final figures were measured on, at epoch {epoch}. half_1 and so on: the half of its group's people that\n"
    "the face was in when the threshold of one half was applied to the other."
)


MEASURED_CONFIG = (
    'embeddings {{\n  tensor_name: "measured faces, epoch {epoch}"\n  tensor_path: "tensors_measured.tsv"\n'
    '  metadata_path: "metadata_measured.tsv"\n}}\n'
)


def projector_zip(content: RunContent, epochs: Sequence[int]) -> bytes:
    """Return a zip of tensors, metadata, sprite and the configuration that ties them together."""
    sprite = _sprite(content.thumbnails) if content.thumbnails is not None else None
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for epoch in epochs:
            packed.writestr(tensors_name(epoch), tsv(content.embeddings(epoch)))
        packed.writestr("metadata.tsv", metadata(content.tracked))
        if sprite is not None:
            packed.writestr("sprite.png", sprite[0])
        configured = config(epochs, None if sprite is None else sprite[1])
        measured, said = content.measured, content.missing or ""
        if measured is not None:
            packed.writestr("tensors_measured.tsv", tsv(measured.embeddings))
            packed.writestr("metadata_measured.tsv", metadata(measured.faces, measured.halves))
            configured += MEASURED_CONFIG.format(epoch=measured.epoch)
            said = MEASURED.format(faces=len(measured), epoch=measured.epoch)
        packed.writestr("projector_config.pbtxt", configured)
        words = README.format(title=content.title, faces=len(content.tracked), epochs=len(epochs), measured=said)
        packed.writestr("README.txt", words)
    return file.getvalue()


def tensors_name(epoch: int) -> str:
    """Return the name of an epoch's file of vectors."""
    return f"tensors_{epoch:04}.tsv"


def tsv(embeddings: np.ndarray) -> str:
    """Return (N, D) numbers, a line each, tabs between."""
    return "".join("\t".join(f"{value:.9g}" for value in row) + "\n" for row in embeddings.tolist())


def metadata(faces: TrackedFaces, halves: np.ndarray | None = None) -> str:
    """Return person, group, file and halves of every face, with a header; no text breaks a line or a column."""
    sides = np.zeros((len(faces), 0), np.int8) if halves is None else halves
    lines = ["\t".join(["person", "group", "file", *(f"half_{number + 1}" for number in range(sides.shape[1]))])]
    for person, group, file, own in zip(faces.person, faces.group, faces.files, sides.tolist(), strict=True):
        who = one_line(faces.names[person]) or "-"
        lines.append("\t".join([who, GROUPS[group], one_line(file) or "-", *map(str, own)]))
    return "\n".join(lines) + "\n"


def config(epochs: Sequence[int], side: int | None) -> str:
    """Return ``projector_config.pbtxt``, the last epoch first: that is the one that is shown at once."""
    sprite = ""
    if side is not None:
        sprite = (
            f'  sprite {{\n    image_path: "sprite.png"\n    single_image_dim: {side}\n'
            f"    single_image_dim: {side}\n  }}\n"
        )
    return "".join(
        f'embeddings {{\n  tensor_name: "epoch {epoch}"\n  tensor_path: "{tensors_name(epoch)}"\n'
        f'  metadata_path: "metadata.tsv"\n{sprite}}}\n'
        for epoch in reversed(epochs)
    )


def _sprite(thumbnails: np.ndarray) -> tuple[bytes, int]:
    """Return a square PNG of all faces, row by row, and the pixels a side of each."""
    columns = max(1, math.ceil(math.sqrt(len(thumbnails))))
    side = min(thumbnails.shape[1], SPRITE_LARGEST // columns)
    file = io.BytesIO()
    sheet(thumbnails, columns=columns, rows=columns, side=side).save(file, "PNG", optimize=True)
    return file.getvalue(), side
