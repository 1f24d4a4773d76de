"""A run for the Embedding Projector: vectors and names as a pair of TSV files, faces as one sprite."""

import io
import math
import zipfile
from collections.abc import Sequence

import numpy as np

from facenet_core.exports.content import RunContent, one_line
from facenet_core.exports.sheet import sheet
from facenet_core.runs.records import GROUPS

SPRITE_LARGEST = 8_192  # pixels a side that the projector reads

README = """{title}

For TensorBoard, without a network: unpack this into a folder and start
    tensorboard --logdir FOLDER
For projector.tensorflow.org: press Load, choose one of the tensors files, then metadata.tsv. What you load
there is read in your browser; the sprite is shown by TensorBoard only.

{faces:,} faces, {epochs} epoch(s). metadata.tsv has a row for each row of every tensors file, in the same order.
"""


def projector_zip(content: RunContent, epochs: Sequence[int]) -> bytes:
    """Return a zip of tensors, metadata, sprite and the configuration that ties them together."""
    sprite = _sprite(content.thumbnails) if content.thumbnails is not None else None
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for epoch in epochs:
            packed.writestr(tensors_name(epoch), tsv(content.embeddings(epoch)))
        packed.writestr("metadata.tsv", metadata(content))
        if sprite is not None:
            packed.writestr("sprite.png", sprite[0])
        packed.writestr("projector_config.pbtxt", config(epochs, None if sprite is None else sprite[1]))
        words = README.format(title=content.title, faces=len(content.tracked), epochs=len(epochs))
        packed.writestr("README.txt", words)
    return file.getvalue()


def tensors_name(epoch: int) -> str:
    """Return the name of an epoch's file of vectors."""
    return f"tensors_{epoch:04}.tsv"


def tsv(embeddings: np.ndarray) -> str:
    """Return (N, D) numbers, a line each, tabs between."""
    return "".join("\t".join(f"{value:.9g}" for value in row) + "\n" for row in embeddings.tolist())


def metadata(content: RunContent) -> str:
    """Return person, group and file of every face, with a header; no text breaks a line or a column."""
    faces = content.tracked
    lines = ["person\tgroup\tfile"]
    for person, group, file in zip(faces.person, faces.group, faces.files, strict=True):
        lines.append(f"{one_line(faces.names[person]) or '-'}\t{GROUPS[group]}\t{one_line(file) or '-'}")
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
