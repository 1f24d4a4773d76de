"""What became of the files of a source, in sentences: left out, no pictures, unlike the rest, reached by links."""

from collections.abc import Sequence

from facenet_core.faces.face_set import FaceSet, SkippedPicture
from facenet_core.faces.folders.listing import Listing, kinds_words
from facenet_core.faces.folders.people_folder import in_deeper_folders

TOLD = 3  # files named in a sentence


def reading_notes(faces: FaceSet) -> list[str]:
    """Return a sentence for each kind of file that a reader of the set should know about; none where all is usual."""
    notes = []
    if faces.skipped:
        notes.append(f"{len(faces.skipped):,} left out: {first_of(faces.skipped)}.")
    if faces.kinds:
        notes.append(f"Other files, no pictures: {kinds_words(faces.kinds)}.")
    if faces.unlike:
        notes.append(
            f"Taken though unlike the rest in size or shape: {len(faces.unlike):,} of {len(faces):,} pictures, such as "
            f"{first_of(faces.unlike[:1])}. Look whether faces are on them."
        )
    return notes + list(faces.notes)


def listing_notes(listing: Listing) -> list[str]:
    """Return a sentence on links that lead out of a folder, and on people whose pictures lie in several folders."""
    notes = []
    if links := listing.links_out:
        lead = "1 link leads" if len(links) == 1 else f"{len(links):,} links lead"
        notes.append(f"{lead} out of the folder and {'was' if len(links) == 1 else 'were'} followed: {_some(links)}.")
    if people := in_deeper_folders(listing.files):
        notes.append(
            f"All pictures of {_some(people)} lie in several folders of that folder and count as one person each."
        )
    return notes


def first_of(files: Sequence[SkippedPicture]) -> str:
    """Return the first files with what is said of each."""
    return _some([f"{one.file} ({one.reason})" for one in files])


def _some(names: Sequence[str]) -> str:
    told = ", ".join(names[:TOLD])
    return told + (f" and {len(names) - TOLD:,} more" if len(names) > TOLD else "")
