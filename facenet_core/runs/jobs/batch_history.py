"""In which steps a face was in a batch: the draws of a run, made again from its seed.

The sampler's random numbers depend on the seed, on who has how many images, and on nothing else; so its draws can be
repeated without training. What was drawn again is compared with the sampler's state in the run's checkpoint: where the
two differ, nothing is returned.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self, cast

import numpy as np

from facenet_core import files
from facenet_core.choices import MINERS, choose
from facenet_core.faces import FacesError, FaceSet, FaceSplit, open_faces, split_faces
from facenet_core.runs.records import SEEN, RunDamaged, RunRecord, TrackedFaces
from facenet_core.runs.storage import RunFolder

Answer = dict[str, np.ndarray | int]


class FacesNotHere(ValueError):
    """The run's faces are not prepared on this computer, so nobody knows who has how many images."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batches:
    """In which steps tracked faces were in a batch (M times in all).

    Attributes:
        step: (M,) 1-based steps, in order.
        face: (M,) the tracked face that was in it.
        mined: (U,) steps whose images were not drawn but mined from the embeddings of all images; who was in them
            cannot be told from the seed.
        steps: All steps of the run so far.
    """

    step: np.ndarray
    face: np.ndarray
    mined: np.ndarray
    steps: int

    @classmethod
    def from_answer(cls, answer: Answer) -> Self:
        """Read what ``replay_batches`` returned."""
        return cls(**{field.name: cast(Any, answer[field.name]) for field in fields(cls)})

    def steps_of(self, *faces: int) -> np.ndarray:
        """Return the steps in which all these faces were in the batch."""
        found: np.ndarray = self.step[self.face == faces[0]]
        for face in faces[1:]:
            found = np.intersect1d(found, self.step[self.face == face])
        return found


def replay_batches(run_path: str, faces_root: str) -> Answer:
    """Draw the batches of a run again and note in which of them its tracked faces are.

    Args:
        run_path: The run's folder.
        faces_root: Where prepared sets are kept.

    Returns:
        The fields of ``Batches``, ready to travel between processes.

    Raises:
        FacesNotHere: The run's faces are not prepared on this computer.
        RunDamaged: What comes out is not what the run has stored.
    """
    run = RunFolder(Path(run_path))
    record, tracked = run.record(), run.tracked()
    if tracked is None or record.fingerprint is None:
        raise RunDamaged("This run has not begun: wait for its first epoch.")
    faces = _faces(record, Path(faces_root))
    wanted = record.config.faces
    split = split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )
    place = _places(record, faces, split, tracked)
    return _draw(run, record, faces.people[split.seen], place)


def _faces(record: RunRecord, root: Path) -> FaceSet:
    try:
        return open_faces(record.fingerprint or "", root=root)
    except FacesError:
        if record.config.faces.source == "synthetic":  # who is on which picture is known without drawing them
            from facenet_core.faces.synthetic import undrawn_set

            return undrawn_set(people=record.config.faces.people, images=record.config.faces.images)
        raise FacesNotHere("The faces of this run are not prepared on this computer: make them ready first.") from None


def _places(record: RunRecord, faces: FaceSet, split: FaceSplit, tracked: TrackedFaces) -> np.ndarray:
    """Return (S,) for each image trained on which tracked face it is, -1 for none; check that the run knows them so."""
    seen = np.flatnonzero(tracked.group == SEEN)
    index = tracked.index[seen]
    fits = (
        (record.images, record.people) == (len(split.seen), len(split.people_seen))
        and bool(np.all(tracked.index < len(faces)))
        and all(faces.files[i] == file for i, file in zip(tracked.index, tracked.files, strict=True))
        and bool(np.isin(index, split.seen).all())
    )
    if not fits:
        raise _other("its faces are not those that it began with")
    places = np.full(len(split.seen), -1, np.int64)
    places[np.searchsorted(split.seen, index)] = seen
    return places


def _draw(run: RunFolder, record: RunRecord, labels: np.ndarray, places: np.ndarray) -> Answer:
    from facenet_core.triplets import PeopleSampler

    sampler = PeopleSampler.for_training(labels, record.config)
    done, state = _stored_state(run)
    if done == 0 and state is not None and sampler.state() != state:
        raise _other("its random numbers are others")
    steps = max([done, *run.steps()["step"].tolist()])
    found_step, found_face, mined = [], [], []
    for step, once_an_epoch in enumerate(_mined_once(run, record, steps), start=1):
        if once_an_epoch:
            mined.append(step)
        else:
            faces = places[sampler.draw()]
            faces = faces[faces >= 0]
            found_face.append(faces)
            found_step.append(np.full(len(faces), step, np.int64))
        if step == done and sampler.state() != state:
            raise _other("its random numbers are others")
    none = np.empty(0, np.int64)
    return {
        "step": np.concatenate([none, *found_step]),
        "face": np.concatenate([none, *found_face]),
        "mined": np.array(mined, np.int64),
        "steps": steps,
    }


def _stored_state(run: RunFolder) -> tuple[int, dict[str, Any] | None]:
    """Return how many steps the checkpoint has, and the sampler's state after them; None without a checkpoint."""
    try:
        state = files.read_json(run.path / "checkpoint" / "state.json")
        return int(state["steps_done"]), dict(state["sampler"])
    except FileNotFoundError:
        return 0, None
    except (ValueError, KeyError, TypeError) as error:
        raise RunDamaged(
            f"Run {run.id} cannot be read, its checkpoint is damaged ({error}): put the file back or delete the run."
        ) from error


def _mined_once(run: RunFolder, record: RunRecord, steps: int) -> list[bool]:
    """Return for each step whether its miner looked at all images and chose the batch itself."""
    flags, changes = [], [change for change in run.changes() if "miner" in change]
    known: dict[str, bool] = {}
    miner = record.config.miner
    for step in range(1, steps + 1):
        while changes and changes[0]["step"] <= step:
            miner = changes.pop(0)["miner"]
        if miner not in known:
            known[miner] = bool(getattr(choose("miner", MINERS, miner).load(), "once_an_epoch", False))
        flags.append(known[miner])
    return flags


def _other(why: str) -> RunDamaged:
    return RunDamaged(f"The batches of this run cannot be drawn again exactly ({why}), so they are not shown.")
