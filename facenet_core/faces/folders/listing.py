"""What a folder of pictures holds, without a picture decoded: the one list that commands, sources and pages go by.

Every folder directly inside names a person; pictures of folders deeper down are that person's, too. A name counts
once however its accents are stored. A file is a picture by its ending, or, where the ending tells nothing, by its
first bytes. Links are followed once.
"""

from collections.abc import Mapping
from pathlib import Path

from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import SkippedPicture
from facenet_core.faces.folders.person_names import people_in_names
from facenet_core.faces.folders.walk import ListedPicture, Listing, Walk, shown

__all__ = ["ListedPicture", "Listing", "kinds_words", "list_pictures", "shown"]

_NOBODY = "its name does not say whose it is"


def list_pictures(folder: Path, *, people_from_names: bool = False) -> Listing:
    """List the pictures of a folder and of the folders inside.

    Args:
        folder: Where to look.
        people_from_names: Take whose face it is from the name of each file instead of its folder.

    Raises:
        FacesError: There is no such folder, it cannot be read, or the names were to tell people and do not.
    """
    folder = folder.expanduser().absolute()
    listing = Listing(folder)
    try:
        Walk(listing).all()
    except FileNotFoundError as error:
        raise FacesError(f"There is no folder {folder}: check how it is written") from error
    except NotADirectoryError as error:
        raise FacesError(f"{folder} is a file: name a folder that has one sub-folder per person") from error
    except OSError as error:
        raise FacesError(f"The folder {folder} cannot be read ({error.strerror}): check its permissions") from error
    if people_from_names:
        _name_by_files(listing)
    listing.files.sort()
    listing.skipped.sort(key=lambda skipped: skipped.file)
    listing.links_out.sort()
    return listing


def kinds_words(kinds: Mapping[str, int]) -> str:
    """Return how many files of which ending there are: ``38 .info, 18 .bad, 1 without an ending``."""
    most_first = sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count:,} {ending or 'without an ending'}" for ending, count in most_first)


def _name_by_files(listing: Listing) -> None:
    people = people_in_names([file.file for file in listing.files])
    if listing.files and not any(people):
        raise FacesError(
            f"The names of the files in {listing.folder} do not say whose they are: "
            "they must begin with the person, such as ann_1.jpg or subject01.happy, two pictures of most"
        )
    named = list(zip(listing.files, people, strict=True))
    listing.files = [file._replace(person=person) for file, person in named if person]
    nobody = [SkippedPicture(file=file.file, reason=_NOBODY) for file, person in named if not person]
    listing.skipped += nobody
