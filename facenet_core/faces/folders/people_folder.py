"""A folder that holds people: its pictures by person, or the sentence that says what to name instead."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import SkippedPicture
from facenet_core.faces.folders.listing import ListedPicture, Listing, kinds_words, list_pictures
from facenet_core.faces.folders.person_names import is_part_of_a_set, people_in_names
from facenet_core.picture_kinds import READABLE

_LOOSE = "it lies beside the people's folders, so it is nobody's"
_NAMED = 4  # folders in a message
Parts = tuple[str, ...]  # of a file's path, relative to the folder


def list_people_folder(folder: Path, *, people_from_names: bool = False, least: int = 2) -> Listing:
    """List the pictures of a folder that has one sub-folder per person; the same people for every command and page.

    Args:
        folder: Where the people are.
        people_from_names: Take whose face it is from the name of each file instead of its folder.
        least: People that must be there.

    Returns:
        Pictures of somebody each; pictures that lie beside the people's folders are among those skipped.

    Raises:
        FacesError: There is no such folder, or it does not hold people; the message says what to do.
    """
    listing = list_pictures(folder, people_from_names=people_from_names)
    people = listing.people
    if not people_from_names:
        _check_folders(listing, people)
    if len(people) < least:
        raise FacesError(_too_few(listing, people))
    return _without_loose(listing)


def sets_inside(listing: Listing) -> list[str]:
    """Return the folders inside that hold people, where the folder itself holds parts of a set: ``train``, ``test``."""
    people = listing.people
    if len(people) > 1 and not all(map(is_part_of_a_set, people)):
        return []
    return _sets([_parts(file) for file in listing.files if file.person])


def parts_notes(listing: Listing) -> list[str]:
    """Return a sentence where the folders directly inside are parts of a set and not people."""
    inner = sets_inside(listing)
    return [f"The people are not directly in {listing.folder} but in {_few(listing.folder, inner)}."] if inner else []


def named_by_file(listing: Listing) -> tuple[str, str, int] | None:
    """Return a file, the person that its name tells, and how many people all names tell; None where they do not."""
    files = [file.file for file in listing.files]
    people = people_in_names(files)
    if not any(people):
        return None
    file, person = next((file, person) for file, person in zip(files, people, strict=True) if person)
    return file.split("/")[-1], person, len({person for person in people if person})


def in_deeper_folders(files: Sequence[ListedPicture]) -> list[str]:
    """Return the people all of whose pictures lie in several folders of their own folder."""
    direct: set[str] = set()
    deeper: dict[str, set[str]] = {}
    for file in files:
        parts = file.file.split("/")
        if len(parts) == 2:
            direct.add(file.person)
        elif len(parts) > 2:
            deeper.setdefault(file.person, set()).add(parts[1])
    return sorted(person for person, inside in deeper.items() if len(inside) > 1 and person not in direct)


def _check_folders(listing: Listing, people: Sequence[str]) -> None:
    folder = listing.folder
    if not listing.files:
        raise FacesError(nothing_in(listing))
    if inner := sets_inside(listing):
        name = "name one of them" if len(inner) > 1 else "name it"
        raise FacesError(f"The people are not directly in {folder} but in {_few(folder, inner)}: {name}")
    if people and all(map(is_part_of_a_set, people)) and named_by_file(listing):
        raise FacesError(
            f"The folders in {folder} ({', '.join(people[:_NAMED])}) are called like parts of a set, not like people: "
            f"put the pictures of each person into a sub-folder of their own{_or_by_name(listing)}"
        )
    if not people:
        raise FacesError(
            f"The folder {folder} has pictures but no sub-folders with pictures: "
            f"put the pictures of each person into a sub-folder of their own{_or_by_name(listing)}"
        )


def _few(folder: Path, inner: Sequence[str]) -> str:
    return ", ".join(str(folder / path) for path in inner[:_NAMED]) + (", ..." if len(inner) > _NAMED else "")


def nothing_in(listing: Listing) -> str:
    """Return the sentence on a folder without a picture."""
    folder = listing.folder
    if listing.skipped:
        first = listing.skipped[0]
        return (
            f"The folder {folder} has no picture that can be read: {len(listing.skipped):,} cannot be opened, such as "
            f"{first.file} ({first.reason})"
        )
    if listing.kinds:
        return (
            f"The folder {folder} has no pictures, only other files ({kinds_words(listing.kinds)}): "
            f"name the folder whose sub-folders hold each person's pictures ({READABLE})"
        )
    if listing.folders:
        return (
            f"The sub-folders of {folder} have no pictures that can be read here: "
            f"name the folder whose sub-folders hold each person's pictures ({READABLE})"
        )
    return f"The folder {folder} is empty: put one sub-folder per person into it, with pictures inside"


def _too_few(listing: Listing, people: Sequence[str]) -> str:
    folder = listing.folder
    if not people:
        return f"The folder {folder} has pictures of nobody: put one sub-folder per person into it"
    if all(file.file.count("/") > 1 for file in listing.files):
        return (
            f"The folder {folder} has pictures of one person only, {people[0]}, in folders of that folder: "
            "name the folder whose sub-folders hold each person's pictures, or add a sub-folder for somebody else"
        )
    return (
        f"The folder {folder} has pictures of one person only, {people[0]}: "
        f"add a sub-folder for at least one other person{_or_by_name(listing)}"
    )


def _or_by_name(listing: Listing) -> str:
    found = named_by_file(listing)
    if found is None:
        return ""
    file, person, people = found
    return (
        f", or take the person from each file's name ({file} shows {person}; {people:,} people in all): "
        '--people-from-names in a terminal, "People from the names of the files" on a page'
    )


def _without_loose(listing: Listing) -> Listing:
    loose = [SkippedPicture(file=file.file, reason=_LOOSE) for file in listing.files if not file.person]
    if not loose:
        return listing
    skipped = sorted([*listing.skipped, *loose], key=lambda skipped: skipped.file)
    return replace(listing, files=[file for file in listing.files if file.person], skipped=skipped)


def _parts(file: ListedPicture) -> Parts:
    return tuple(file.file.split("/"))


def _sets(paths: Sequence[Parts]) -> list[str]:
    """Return the folders, relative, that hold people, where these paths begin with parts of a set."""
    tops: dict[str, list[Parts]] = {}
    for parts in paths:
        if len(parts) > 1:
            tops.setdefault(parts[0], []).append(parts[1:])
    if len(tops) != 1 and not (tops and all(map(is_part_of_a_set, tops))):
        return []
    found: list[str] = []
    for top, inside in sorted(tops.items()):
        if any(len(parts) == 1 for parts in inside):
            continue  # pictures directly inside: a person, or a part that is not sorted by person
        deeper = _sets(inside)
        if deeper:
            found += [os.path.join(top, path) for path in deeper]
        elif len({parts[0] for parts in inside}) > 1:
            found.append(top)
    return found
