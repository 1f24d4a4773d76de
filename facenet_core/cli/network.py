"""A run's network at hand in this process, and pictures read for it a few at a time."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from facenet_core.faces import FacesError, PictureError, read_picture
from facenet_core.faces.folders.listing import ListedPicture, Listing
from facenet_core.faces.folders.listing import list_pictures as list_folder
from facenet_core.faces.folders.people_folder import nothing_in
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.run_collapse import collapse_of
from facenet_core.runs.storage import RunFolder

_AT_ONCE = 256
_READERS = 4


class RunNetwork:
    """Embeds pictures with a run's last stored weights, mirrored as the run is configured."""

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        run.record()  # says at once when the run cannot be read

    def embed(self, images: np.ndarray) -> np.ndarray:
        """Return (n, D) float32 of (n, 110, 110, 3) uint8."""
        return embed_photos(str(self.run.path), images)

    def embed_listed(
        self, pictures: Sequence[ListedPicture]
    ) -> tuple[np.ndarray, list[ListedPicture], list[dict[str, str]]]:
        """Embed the pictures of a listing; those that cannot be read are left out and named.

        Returns:
            (n, D) float32, the n pictures, and the files left out, each with its reason.
        """
        size = self.run.record().config.embedding_size
        embeddings, read, skipped = [np.empty((0, size), np.float32)], [], []
        told = Counting(len(pictures))
        for images, good, bad in read_pictures(pictures):
            if len(good):
                embeddings.append(self.embed(images))
            read += good
            skipped += bad
            told(len(read) + len(skipped))
        return np.concatenate(embeddings), read, skipped

    def collapse_notes(self) -> list[str]:
        """Return what has to be said beside every verdict of a run that has collapsed; nothing for others."""
        words = collapse_of(self.run).words
        return [words] if words else []


class Counting:
    """Tells on standard error how many of many pictures are done: one line that is renewed, or a line each tenth."""

    def __init__(self, total: int) -> None:
        self._total, self._tenth = total, 0

    def __call__(self, done: int) -> None:
        """Tell how many are done."""
        if self._total <= _AT_ONCE:
            return  # over before anybody has read it
        line = f"embedding pictures: {done:,} of {self._total:,}"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="" if done < self._total else "\n", file=sys.stderr, flush=True)
        elif 10 * done // self._total > self._tenth:
            self._tenth = 10 * done // self._total
            print(line, file=sys.stderr, flush=True)


def list_pictures(folder: Path, *, people_from_names: bool = False) -> Listing:
    """List the pictures below a folder, also those of nobody.

    Raises:
        FacesError: There is no such folder, or no picture in it.
    """
    listing = list_folder(folder, people_from_names=people_from_names)
    if not listing.files:
        raise FacesError(nothing_in(listing))
    return listing


def read_pictures(
    pictures: Sequence[ListedPicture],
) -> Iterator[tuple[np.ndarray, list[ListedPicture], list[dict[str, str]]]]:
    """Read pictures some at a time, so that memory does not grow with their number."""
    with ThreadPoolExecutor(_READERS) as readers:
        for start in range(0, len(pictures), _AT_ONCE):
            part = list(pictures[start : start + _AT_ONCE])
            results = list(readers.map(lambda picture: _try_read(picture.path), part))
            good = [(one, image) for one, image in zip(part, results, strict=True) if isinstance(image, np.ndarray)]
            bad = [
                {"file": one.file, "reason": error.reason}
                for one, error in zip(part, results, strict=True)
                if isinstance(error, PictureError)
            ]
            images = np.stack([image for _, image in good]) if good else np.empty((0, 110, 110, 3), np.uint8)
            yield images, [one for one, _ in good], bad


def _try_read(path: str) -> np.ndarray | PictureError:
    try:
        return read_picture(path)
    except PictureError as error:
        return error
