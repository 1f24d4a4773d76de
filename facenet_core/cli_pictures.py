"""Pictures of a folder, or embeddings stored before, for the commands; and what must be said about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from facenet_core import files
from facenet_core.cli_network import RunNetwork, list_pictures, person_of
from facenet_core.faces import PictureError, read_picture

ALIKE = 1e-9  # largest squared distance of one picture from itself, embedded in another batch


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """Pictures with their embeddings.

    Attributes:
        embeddings: (n, D) float32.
        names: Their n files, relative to the folder.
        people: The sub-folder of each; empty for none.
        skipped: The files left out, each with its reason.
        folder: Where the files are; None where only embeddings are at hand.
    """

    embeddings: np.ndarray
    names: list[str]
    people: list[str]
    skipped: list[dict[str, str]]
    folder: Path | None


def embedded(network: RunNetwork, source: Path, *, by_person: bool = False) -> Embedded:
    """Embed the pictures of a folder, or open what ``embed`` stored of one.

    Args:
        network: The run's network.
        source: A folder, or an .npz file.
        by_person: Take only what lies in a sub-folder.

    Raises:
        ValueError: There is nothing to take, or the embeddings are those of another run or another moment of it.
    """
    if source.suffix == ".npz" and source.is_file():
        return _stored(network, source, by_person=by_person)
    names = [name for name in list_pictures(source) if person_of(name) or not by_person]
    if not names:
        raise ValueError(f"{source} has no sub-folders with pictures: give a gallery with one per person")
    embeddings, read, skipped = network.embed_files(source, names)
    if not read:
        raise ValueError(f"none of the {len(names)} files in {source} can be read as a picture")
    people = [person_of(name) for name in read]
    return Embedded(embeddings=embeddings, names=read, people=people, skipped=skipped, folder=source)


def store(network: RunNetwork, out: Path, embeddings: np.ndarray, names: Sequence[str]) -> None:
    """Write embeddings so that ``embedded`` finds them again."""
    files.write_npz(
        out,
        embeddings=embeddings,
        files=np.array(names, np.str_),
        people=np.array([person_of(name) for name in names], np.str_),
        run=np.array(network.run.id, np.str_),
        step=np.array(network.run.status().step),
    )


def _stored(network: RunNetwork, source: Path, *, by_person: bool) -> Embedded:
    try:
        arrays = files.read_npz(source)
    except Exception as error:  # whatever a damaged archive raises
        raise ValueError(f"{source} cannot be read as embeddings: store them again with embed") from error
    missing = {"embeddings", "files", "people", "run", "step"} - set(arrays)
    if missing:
        raise ValueError(f"{source} lacks {', '.join(sorted(missing))}: store the embeddings again with embed")
    run, size = network.run, network.run.record().config.embedding_size
    embeddings = arrays["embeddings"]
    again = f"store them with: embed {run.id}"
    if str(arrays["run"]) != run.id:
        raise ValueError(f"{source} holds embeddings of run {arrays['run']}, not of {run.id}: {again}")
    if (
        embeddings.ndim != 2
        or embeddings.shape[1] != size
        or not len(embeddings) == len(arrays["files"]) == len(arrays["people"])
    ):
        raise ValueError(f"{source} must hold embeddings of {size} numbers, got shape {embeddings.shape}: {again}")
    if int(arrays["step"]) != run.status().step:
        raise ValueError(
            f"{source} was embedded after step {int(arrays['step']):,} of run {run.id}, which is at step "
            f"{run.status().step:,} now: {again}"
        )
    taken = np.flatnonzero((arrays["people"] != "") | (not by_person))
    if not len(taken):
        raise ValueError(f"{source} names nobody: embed a folder with one sub-folder per person")
    return Embedded(
        embeddings=embeddings[taken],
        names=arrays["files"][taken].tolist(),
        people=arrays["people"][taken].tolist(),
        skipped=[],
        folder=None,
    )


def same_picture(photo: np.ndarray, gallery: Embedded, near: Sequence[int], squared: np.ndarray) -> list[str]:
    """Return which of the nearest files hold the very same picture, pixel by pixel where they can be opened."""
    alike = [gallery.names[index] for index, distance in zip(near, squared, strict=True) if distance <= ALIKE]
    if gallery.folder is None:
        return alike
    return [name for name in alike if _equal(photo, gallery.folder / name)]


def _equal(photo: np.ndarray, path: Path) -> bool:
    try:
        return bool(np.array_equal(photo, read_picture(path)))
    except PictureError:
        return False


def faceless(photos: dict[Path, np.ndarray]) -> list[str]:
    """Return a sentence for each picture in which no face is seen."""
    from facenet_core.faces.photos.finding import find_faces

    return [
        f"No face is seen in {path}: if it shows one, cut the picture to it; it was compared as it is."
        for path, photo in photos.items()
        if not find_faces(Image.fromarray(photo))
    ]


def say(notes: Sequence[str], skipped: Sequence[dict[str, Any]] = ()) -> None:
    """Print what must be known besides the answer."""
    for note in notes:
        print(f"note: {note}")
    if skipped:
        print(f"note: {len(skipped):,} files could not be read, such as {skipped[0]['file']} ({skipped[0]['reason']})")
