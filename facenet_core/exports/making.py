"""The formats a run can be taken home in, and the one way to make a file of each."""

import contextlib
import errno
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from facenet_core import files
from facenet_core.exports.content import RunContent, read_content
from facenet_core.exports.film import FLAT_MAPS, read_film
from facenet_core.exports.tables import TABLES
from facenet_core.runs.job_status import JobStatus, Reporter, telling
from facenet_core.runs.measured import missing_words
from facenet_core.runs.storage import RunFolder

Report = Callable[[int, int, str], None]  # done, total, what
KEPT_SECONDS = 3_600  # how long a file waits to be fetched from the page


class CannotWrite(ValueError):
    """The place for the file cannot be written."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take a run home.

    Attributes:
        label: Its name on a page.
        about: What it is good for, one sentence.
        ending: Of its files.
        mime: What a browser calls it.
        pictures: Whether it is a film, which has a map, a size and faces.
        table: Whether it is one of several tables.
    """

    label: str
    about: str
    ending: str
    mime: str
    pictures: bool = False
    table: bool = False


FORMATS: dict[str, Format] = {
    "gif": Format("GIF", "A film of the map for slides and chats: plays everywhere.", ".gif", "image/gif", True),
    "webp": Format("Animated WebP", "The same film with more colours, for web pages.", ".webp", "image/webp", True),
    "mp4": Format("MP4", "The same film for slides and phones, with pause and scrub.", ".mp4", "video/mp4", True),
    "html": Format(
        "Report",
        "Player, figures and settings in one file: opens in any browser, without a network.",
        ".html",
        "text/html",
    ),
    "projector": Format(
        "Embedding Projector", "Vectors, names and faces for TensorBoard's projector.", ".zip", "application/zip"
    ),
    "csv": Format("CSV", "A table for a spreadsheet.", ".csv", "text/csv", table=True),
    "parquet": Format(
        "Parquet",
        "The same table for pandas and the like, small and exact.",
        ".parquet",
        "application/octet-stream",
        table=True,
    ),
    "npz": Format("npz", "All arrays of the run at once, for NumPy.", ".npz", "application/octet-stream"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What is to be made of a run.

    Attributes:
        format: A name in ``FORMATS``.
        map: One of ``FLAT_MAPS``; None takes what is there.
        size: Pixels a side of a film.
        faces: Thumbnails instead of dots in a film; None takes them where they are few, in a GIF never.
        table: One of ``TABLES``, for csv and parquet.
        epoch: Whose embeddings; None takes the last, -1 all of them.
        with_photos: Whether own photographs are taken along.
    """

    format: str
    map: str | None = None
    size: int = 600
    faces: bool | None = None
    table: str = "embeddings"
    epoch: int | None = None
    with_photos: bool = False

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {self.format!r}")
        if self.map is not None and self.map not in FLAT_MAPS:
            raise ValueError(f"map must be one of {', '.join(FLAT_MAPS)}, got {self.map!r}")
        if self.table not in TABLES:
            raise ValueError(f"table must be one of {', '.join(TABLES)}, got {self.table!r}")


def export_bytes(run: RunFolder, wish: ExportWish, report: Report) -> bytes:
    """Return the file that is wished for, in memory.

    Raises:
        ValueError: The run cannot be read or has nothing stored yet, or the wish cannot be met.
    """
    content = read_content(run, with_photos=wish.with_photos)
    return _MAKERS[wish.format](content, wish, report)


def export_run(run: RunFolder, wish: ExportWish, out: Path, report: Report) -> int:
    """Write the file that is wished for, whole or not at all; return its size in bytes.

    Raises:
        CannotWrite: There is no such place, or it cannot be written.
        ValueError: As ``export_bytes``.
        OSError: The disk is full.
    """
    check_place(out)
    made = export_bytes(run, wish, report)
    try:
        files.write_bytes(out, made)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise CannotWrite(f"{out} cannot be written ({os.strerror(error.errno or 0)}): choose another place") from error
    return len(made)


def missing_faces(run: RunFolder, wish: ExportWish) -> str | None:
    """Return what a file lacks of the faces that the final figures were measured on; None where it lacks nothing."""
    holds = wish.format in ("npz", "projector") or (FORMATS[wish.format].table and wish.table == "measured")
    return missing_words(run) if holds else None


def check_place(out: Path) -> None:
    """Raise CannotWrite where a file cannot be put."""
    folder = out.absolute().parent
    if not folder.is_dir():
        raise CannotWrite(f"{out} cannot be written, there is no folder {folder}: make it, or choose another place")
    if out.is_dir():
        raise CannotWrite(f"{out} cannot be written, it is a folder: name a file")
    if not os.access(folder, os.W_OK):
        raise CannotWrite(f"{out} cannot be written, the folder {folder} is closed to you: choose another place")


def export_job(path: str, run_path: str, wish: Mapping[str, Any]) -> str:
    """Make a file beside the job's own, for the page to hand out; return the job's last state."""

    def work(report: Reporter) -> dict[str, Any]:
        def progress(done: int, total: int, what: str) -> None:
            words = f"{done:,} of {total:,} {what}."
            report.tell(JobStatus(state="running", done=done, total=total, what=what, message=words))

        asked = ExportWish(**wish)
        forget_old(Path(path).parent)
        out = Path(path).with_suffix(FORMATS[asked.format].ending)
        run = RunFolder(Path(run_path))
        size = export_run(run, asked, out, progress)
        return {"file": out.name, "bytes": size, "missing": missing_faces(run, asked)}

    return telling(path, "The file is ready.", work)


def forget_old(folder: Path, kept_seconds: float = KEPT_SECONDS) -> None:
    """Delete exported files that nobody fetched."""
    endings = {format_.ending for format_ in FORMATS.values()}
    for file in folder.glob("export-*"):
        with contextlib.suppress(OSError):  # another worker was quicker
            if file.suffix in endings and time.time() - file.stat().st_mtime > kept_seconds:
                file.unlink()


def wish_json(wish: ExportWish) -> dict[str, Any]:
    """Return a wish as a job takes it."""
    return asdict(wish)


def _film(kind: str) -> Callable[[RunContent, ExportWish, Report], bytes]:
    def make(content: RunContent, wish: ExportWish, report: Report) -> bytes:
        from facenet_core.exports import moving
        from facenet_core.exports.drawing import Painter

        film = read_film(content, wish.map)
        faces = False if kind == "gif" and wish.faces is None else wish.faces  # GIF packs photographs badly
        painter = Painter(content, film, wish.size, faces=faces)
        made: bytes = getattr(moving, kind)(painter, film, report)
        return made

    return make


def _report(content: RunContent, wish: ExportWish, report: Report) -> bytes:
    from facenet_core.exports.report import report_html

    film = read_film(content, wish.map)
    report(1, 2, "parts of the report")
    made = report_html(content, film)
    report(2, 2, "parts of the report")
    return made


def _projector(content: RunContent, wish: ExportWish, report: Report) -> bytes:
    from facenet_core.exports.projector import projector_zip

    return projector_zip(content, chosen_epochs(content, wish.epoch))


def _table(content: RunContent, wish: ExportWish, report: Report) -> bytes:
    from facenet_core.exports.tables import csv_bytes, parquet_bytes, table_of

    write = csv_bytes if wish.format == "csv" else parquet_bytes
    return write(table_of(content, wish.table, chosen_epochs(content, wish.epoch)))


def _npz(content: RunContent, wish: ExportWish, report: Report) -> bytes:
    from facenet_core.exports.tables import npz_bytes

    return npz_bytes(content, content.epochs if wish.epoch is None else chosen_epochs(content, wish.epoch))


def chosen_epochs(content: RunContent, epoch: int | None) -> Sequence[int]:
    """Return the epochs whose embeddings are wanted: the last (None), all (-1), or one.

    Raises:
        ValueError: It is not stored.
    """
    if epoch == -1:
        return content.epochs
    if epoch is None:
        return content.epochs[-1:]
    if epoch not in content.epochs:
        raise ValueError(f"epoch must be one of {content.epochs[0]} to {content.epochs[-1]}, got {epoch}")
    return (epoch,)


_MAKERS: dict[str, Callable[[RunContent, ExportWish, Report], bytes]] = {
    "gif": _film("gif"),
    "webp": _film("webp"),
    "mp4": _film("mp4"),
    "html": _report,
    "projector": _projector,
    "csv": _table,
    "parquet": _table,
    "npz": _npz,
}
