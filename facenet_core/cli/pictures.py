"""Pictures of a folder, or embeddings stored before, for the commands; and what must be said about them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from facenet_core import files
from facenet_core.cli.network import RunNetwork, list_pictures
from facenet_core.faces import PictureError, SkippedPicture, read_picture
from facenet_core.faces.folders.listing import kinds_words
from facenet_core.faces.folders.people_folder import list_people_folder, parts_notes
from facenet_core.faces.folders.reading_notes import first_of, listing_notes
from facenet_core.faces.photos.duplicates import is_featureless
from facenet_core.faces.photos.finding import find_faces

ALIKE = 1e-9  # largest squared distance of one picture from itself, embedded in another batch


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """Pictures with their embeddings.

    Attributes:
        embeddings: (n, D) float32.
        names: Their n files, relative to the folder.
        people: The sub-folder of each; empty for none.
        skipped: The files left out, each with its reason.
        paths: Where the n files are; None where only embeddings are at hand.
        kinds: How many files of which ending are no pictures.
        notes: What else must be known about the folder.
    """

    embeddings: np.ndarray
    names: list[str]
    people: list[str]
    skipped: list[dict[str, str]]
    paths: list[str] | None
    kinds: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def embedded(
    network: RunNetwork, source: Path, *, by_person: bool = False, people_from_names: bool = False
) -> Embedded:
    """Embed the pictures of a folder, or open what ``embed`` stored of one.

    Args:
        network: The run's network.
        source: A folder, or an .npz file.
        by_person: Take only pictures of somebody.
        people_from_names: Take whose face it is from the name of each file instead of its folder.

    Raises:
        ValueError: There is nothing to take, or the embeddings are those of another run or another moment of it.
    """
    if source.suffix == ".npz" and source.is_file():
        if people_from_names:
            raise ValueError(f"{source} says already whose each picture is: give --people-from-names to embed")
        return _stored(network, source, by_person=by_person)
    if by_person:
        listing = list_people_folder(source, people_from_names=people_from_names, least=1)
    else:
        listing = list_pictures(source, people_from_names=people_from_names)
    embeddings, read, unreadable = network.embed_listed(listing.files)
    skipped = [{"file": one.file, "reason": one.reason} for one in listing.skipped] + unreadable
    skipped.sort(key=lambda one: one["file"])
    if not read:
        raise ValueError(f"none of the {len(skipped)} files in {source} can be read as a picture: {_first(skipped)}")
    return Embedded(
        embeddings=embeddings,
        names=[picture.file for picture in read],
        people=[picture.person for picture in read],
        skipped=skipped,
        paths=[picture.path for picture in read],
        kinds=listing.kinds,
        notes=listing_notes(listing) + ([] if people_from_names else parts_notes(listing)),
    )


def store(network: RunNetwork, out: Path, shown: Embedded) -> None:
    """Write embeddings so that ``embedded`` finds them again."""
    files.write_npz(
        out,
        embeddings=shown.embeddings,
        files=np.array(shown.names, np.str_),
        people=np.array(shown.people, np.str_),
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
        paths=None,
    )


def same_picture(photo: np.ndarray, gallery: Embedded, near: Sequence[int], squared: np.ndarray) -> list[str]:
    """Return which of the nearest files hold the very same picture, pixel by pixel where they can be opened."""
    if is_featureless(photo):  # like every other plain picture, which says nothing
        return []
    alike = [index for index, distance in zip(near, squared, strict=True) if distance <= ALIKE]
    paths = gallery.paths
    return [gallery.names[index] for index in alike if paths is None or _equal(photo, paths[index])]


def _equal(photo: np.ndarray, path: str) -> bool:
    try:
        return bool(np.array_equal(photo, read_picture(path)))
    except PictureError:
        return False


def faceless(photos: dict[Path, np.ndarray]) -> list[str]:
    """Return a sentence for each picture in which no face is seen."""
    return [
        f"No face is seen in {path}: if it shows one, cut the picture to it; it was compared as it is."
        for path, photo in photos.items()
        if not find_faces(Image.fromarray(photo))
    ]


def counted(count: int, thing: str) -> str:
    """Return how many of a thing: ``1 group``, ``1,200 groups``."""
    return f"1 {thing}" if count == 1 else f"{count:,} {thing}s"


def say(notes: Sequence[str], skipped: Sequence[dict[str, str]] = (), kinds: Counter[str] | None = None) -> None:
    """Print what must be known besides the answer: notes, files left out with their reasons, files of other kinds."""
    for note in notes:
        print(f"note: {note}")
    if skipped:
        print(f"note: {len(skipped):,} left out: {_first(skipped)}")
    if kinds:
        print(f"note: other files, no pictures: {kinds_words(kinds)}")


def _first(skipped: Sequence[dict[str, str]]) -> str:
    return first_of([SkippedPicture(**one) for one in skipped])
