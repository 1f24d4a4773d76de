"""How much may be brought at once; every number stands on the page before anything is uploaded."""

from dataclasses import dataclass

from facenet_core.faces.pictures import MAX_MEGAPIXELS
from facenet_core.picture_kinds import READABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of own photos.

    Attributes:
        photos: Photos in a session.
        file_bytes: Of one photo, unpacked.
        total_bytes: Of all photos brought at once, unpacked.
        upload_megabytes: Of one uploaded file, a ZIP included.
        archive_entries: Names in a ZIP, folders and what is no photo included.
        directory_bytes: Of a ZIP's list of contents, which has to be read before anything else.
        megapixels: Of one photo.
    """

    photos: int = 500
    file_bytes: int = 25_000_000
    total_bytes: int = 1_000_000_000
    upload_megabytes: int = 500
    archive_entries: int = 5_000
    directory_bytes: int = 4_000_000
    megapixels: int = MAX_MEGAPIXELS

    def sentence(self) -> str:
        """Say them."""
        return (
            f"At most {self.photos} photos, each of at most {self.file_bytes // 1_000_000} MB and {self.megapixels} "
            f"megapixels; one file or ZIP of at most {self.upload_megabytes} MB with at most "
            f"{self.total_bytes // 1_000_000:,} MB of photos in it. {READABLE}."
        )


LIMITS = Limits()
