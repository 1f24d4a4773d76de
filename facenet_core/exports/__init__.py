"""What of a run is taken home: films, a report, tables, and files for other programs."""

from facenet_core.exports.making import (
    FORMATS,
    CannotWrite,
    ExportWish,
    Format,
    check_place,
    export_bytes,
    export_job,
    export_run,
    missing_faces,
    wish_json,
)

__all__ = [
    "FORMATS",
    "CannotWrite",
    "ExportWish",
    "Format",
    "check_place",
    "export_bytes",
    "export_job",
    "export_run",
    "missing_faces",
    "wish_json",
]
