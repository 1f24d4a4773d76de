"""Own photos of one session: held in memory, changed by the reader, gone with the session."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from facenet_core.faces.folders.person_names import people_in_names
from facenet_core.faces.photos.duplicates import twins
from facenet_core.faces.photos.frame import Frame, cut, open_preview
from facenet_core.faces.photos.looking import Look
from facenet_core.faces.photos.names import clean_name
from facenet_core.faces.photos.reading import Seen

_SAME_FACE = 0.5  # of the smaller of two frames lies in the other one


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPhoto:
    """One face of one photo.

    Attributes:
        number: Its own in the album, never used twice.
        file: What the photo is called.
        person: Whose face it is; empty until somebody says.
        look: What a worker saw.
        frame: The square that is cut out now.
        image: (110, 110, 3) uint8, the face.
        left_out: Whether the reader took it out.
        copy: Whether it is a further face of a photo that is there already.
    """

    number: int
    file: str
    person: str
    look: Look = field(repr=False)
    frame: Frame
    image: np.ndarray = field(repr=False)
    left_out: bool = False
    copy: bool = False

    @property
    def turned(self) -> bool:
        """Whether the face is turned upright as the face finder would have it; a turn by hand is another one."""
        return self.frame.angle != 0 and any(face.angle == self.frame.angle for face in self.look.faces)

    @property
    def lean(self) -> float:
        """By how many degrees the face finder says that this face leans, clockwise; 0 where it is not sure."""
        shared = [(face.shared_with(self.frame), face.angle) for face in self.look.faces]
        most, angle = max(shared, default=(0.0, 0.0))
        return angle if most > _SAME_FACE else 0.0


class Album:
    """The photos of one session, in order."""

    def __init__(self) -> None:
        self._photos: dict[int, OwnPhoto] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._photos)

    @property
    def photos(self) -> list[OwnPhoto]:
        """All photos, in the order in which they came."""
        return list(self._photos.values())

    @property
    def used(self) -> list[OwnPhoto]:
        """Those that were not left out."""
        return [photo for photo in self.photos if not photo.left_out]

    def find(self, number: int) -> OwnPhoto | None:
        """Return a photo, None when it was deleted."""
        return self._photos.get(number)

    def add(self, seen: Seen, person: str = "") -> OwnPhoto:
        """Add what a worker has looked at, under the name that its folder gives."""
        look = seen.look
        name = clean_name(person) or seen.entry.person
        return self._put(
            OwnPhoto(
                number=self._next, file=seen.entry.name, person=name, look=look, frame=look.frame, image=look.image
            )
        )

    def add_face(self, number: int, frame: Frame) -> OwnPhoto | None:
        """Add another face of a photo; whose it is remains to be said."""
        photo = self.find(number)
        if photo is None:
            return None
        face = replace(photo, number=self._next, person="", frame=frame, left_out=False, copy=True)
        return self._put(replace(face, image=cut(open_preview(photo.look.preview), frame)))

    def name(self, number: int, person: str) -> None:
        """Say whose face it is."""
        if photo := self.find(number):
            self._photos[number] = replace(photo, person=clean_name(person))

    def name_unnamed(self, person: str) -> int:
        """Give everybody without a name this one; return how many they were."""
        unnamed = [photo for photo in self.used if not photo.person]
        for photo in unnamed:
            self.name(photo.number, person)
        return len(unnamed)

    def named_by_files(self) -> dict[int, str]:
        """Return, by their numbers, the photos without a name whose files name somebody; empty where names say nothing.

        The names of all files together tell, as in a folder; see ``people_in_names``.
        """
        photos = [photo for photo in self.used if not photo.copy]
        people = people_in_names([photo.file.rpartition(": ")[2] for photo in photos])  # without the ZIP in front
        return {p.number: who for p, who in zip(photos, people, strict=True) if who and not p.person}

    def name_by_files(self) -> int:
        """Give photos without a name the one that their files tell; return how many they were."""
        named = self.named_by_files()
        for number, person in named.items():
            self.name(number, person)
        return len(named)

    def leave_out(self, number: int, left_out: bool) -> None:
        """Take a photo out, or back in."""
        if photo := self.find(number):
            self._photos[number] = replace(photo, left_out=left_out)

    def leave_out_twins(self) -> int:
        """Take out what repeats an earlier photo; return how many that were."""
        again = [number for number, twin in self.twins().items() if twin is not None]
        for number in again:
            self.leave_out(number, True)
        return len(again)

    def reframe(self, number: int, values: Mapping[str, float]) -> None:
        """Cut a photo anew; values that are no frame change nothing."""
        photo = self.find(number)
        if photo is None:
            return
        try:
            numbers = {name: float(values[name]) for name in ("x", "y", "side", "angle")}
        except (KeyError, TypeError, ValueError):
            return
        if not all(math.isfinite(value) for value in numbers.values()):
            return
        self._cut_anew(photo, Frame(**numbers))

    def undo_turns(self) -> int:
        """Show every face that the face finder turned as it is in its photo; return how many that were."""
        turned = [photo for photo in self.photos if photo.turned]
        for photo in turned:
            self._cut_anew(photo, replace(photo.frame, angle=0.0))
        return len(turned)

    def turn_upright(self) -> int:
        """Turn every face that leans and is not turned, by what the face finder says; return how many that were."""
        leaning = [photo for photo in self.photos if photo.lean and not photo.frame.angle]
        for photo in leaning:
            self._cut_anew(photo, replace(photo.frame, angle=photo.lean))
        return len(leaning)

    def delete(self, number: int) -> OwnPhoto | None:
        """Delete one photo from memory and return it."""
        return self._photos.pop(number, None)

    def clear(self) -> int:
        """Delete all photos from memory; return how many they were."""
        count = len(self._photos)
        self._photos.clear()
        return count

    def twins(self) -> dict[int, int | None]:
        """Return for the number of each photo the number of the earlier one that it repeats, None where it does not.

        Photos that were left out repeat nothing; several faces of one photo are no repetition.
        """
        compared = [photo for photo in self.used if not photo.copy]
        found = twins([photo.look.hash for photo in compared])
        repeated = {p.number: None if t is None else compared[t].number for p, t in zip(compared, found, strict=True)}
        return {photo.number: repeated.get(photo.number) for photo in self.photos}

    def _cut_anew(self, photo: OwnPhoto, frame: Frame) -> None:
        frame = frame.within(photo.look.width, photo.look.height)
        self._photos[photo.number] = replace(photo, frame=frame, image=cut(open_preview(photo.look.preview), frame))

    def _put(self, photo: OwnPhoto) -> OwnPhoto:
        self._photos[photo.number] = photo
        self._next = photo.number + 1 if photo.number >= self._next else self._next
        return photo
