"""``export``: a run as a film, a report, tables, or files for other programs."""

import argparse
import sys
from pathlib import Path
from typing import Any

from facenet_core.cli.pictures import say
from facenet_core.exports import FORMATS, ExportWish, check_place, export_run, missing_faces
from facenet_core.exports.content import read_content
from facenet_core.exports.drawing import check_drawable
from facenet_core.exports.making import chosen_epochs
from facenet_core.exports.moving import find_ffmpeg
from facenet_core.exports.tables import check_parquet
from facenet_core.runs.storage import RunFolder, open_run

SHEETS = "csv and parquet"
_OF_AN_EPOCH = ("csv", "parquet", "npz", "projector")
_OF_A_MAP = ("gif", "webp", "mp4", "html")


def export(options: argparse.Namespace) -> dict[str, Any]:
    """Write one file of a run, telling the progress on standard error."""
    wish, out = _wish(options), Path(options.out)
    run = open_run(options.runs, options.run)
    check_place(out)
    _check_stored(run, wish)
    counter = Counter(sys.stderr)
    size = export_run(run, wish, out, counter)
    counter.end()
    missing = missing_faces(run, wish)
    if not options.json:
        print(f"{FORMATS[wish.format].label} of run {run.id} in {out}, {size / 1e6:.2f} MB")
        say([missing] if missing else [])
    result = {"run": run.id, "format": wish.format, "out": str(out), "bytes": size}
    return result | ({"notes": [missing]} if missing else {})


def _wish(options: argparse.Namespace) -> ExportWish:
    chosen = FORMATS[options.format]
    if Path(options.out).suffix.lower() != chosen.ending:
        raise ValueError(
            f"--out must end in {chosen.ending} for --format {options.format}, got {Path(options.out).name}"
        )
    if options.table != "embeddings" and not chosen.table:
        raise ValueError(f"--table is for {SHEETS}, not for {options.format}")
    if options.epoch is not None and options.format not in _OF_AN_EPOCH:
        raise ValueError(f"--epoch is for {', '.join(_OF_AN_EPOCH)}, not for {options.format}")
    if options.map is not None and options.format not in _OF_A_MAP:
        raise ValueError(f"--map is for {', '.join(_OF_A_MAP)}, not for {options.format}")
    if (options.faces is not None or options.size != ExportWish(format="gif").size) and not chosen.pictures:
        raise ValueError(f"--size, --faces and --dots are for gif, webp and mp4, not for {options.format}")
    return ExportWish(
        format=options.format,
        map=options.map,
        size=options.size,
        faces=options.faces,
        table=options.table,
        epoch=options.epoch,
        with_photos=options.with_photos,
    )


def _check_stored(run: RunFolder, wish: ExportWish) -> None:
    """Refuse what a film or a table could not be made of, before maps are drawn for it."""
    content = read_content(run, with_photos=wish.with_photos)
    if wish.format in _OF_AN_EPOCH:
        chosen_epochs(content, wish.epoch)
    if wish.format == "parquet":
        check_parquet()
    if wish.format == "mp4":
        find_ffmpeg()
    if FORMATS[wish.format].pictures:
        check_drawable(content, wish.size, faces=wish.faces)


class Counter:
    """Tells how far a file is: one line that is renewed on a terminal, the last one elsewhere."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._renews = bool(stream.isatty())
        self._last = ""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Tell one state."""
        self._last = f"{done:,} of {total:,} {what}"
        if self._renews:
            self._stream.write(f"\r\x1b[K{self._last}")
            self._stream.flush()

    def end(self) -> None:
        """Leave the last line standing."""
        if self._last:
            self._stream.write("\n" if self._renews else f"{self._last}\n")
