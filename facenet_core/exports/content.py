"""What of a run is taken home: read once, checked, and stripped of photographs that are not anybody's to pass on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from facenet_core.choices import LOSSES, learns_from_triplets
from facenet_core.colours import person_colours
from facenet_core.evaluation import HALVINGS, halves_of
from facenet_core.runs.measured import MeasuredFaces, missing_words, read_measured
from facenet_core.runs.records import GROUPS, RunDamaged, RunRecord, RunStatus, TrackedFaces
from facenet_core.runs.run_collapse import RunCollapse, collapse_of, figures_of
from facenet_core.runs.storage import RunFolder

PUBLIC_SOURCES = ("synthetic", "lfw", "olivetti")  # whose faces travel without being asked for
GROUP_WORDS = {"seen": "seen people", "held-out": "held-out images", "unseen": "unseen people"}
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunContent:
    """A run as an export sees it.

    Attributes:
        folder: The run.
        record: What it is.
        status: Where it stands.
        tracked: The T tracked faces.
        epochs: The stored epochs, in order; 0 is the untrained network.
        figures: The figures of each of them, without those that mean nothing.
        collapse: Whether and when all faces were one point.
        thumbnails: (T, 48, 48, 3) uint8; None where they stay here.
        withheld: Whether thumbnails stay here because they are somebody's own photographs.
        measured: The faces that the final figures were measured on; None where an earlier version finished the run, or
            it is not finished.
    """

    folder: RunFolder
    record: RunRecord
    status: RunStatus
    tracked: TrackedFaces
    epochs: tuple[int, ...]
    figures: tuple[dict[str, Any], ...]
    collapse: RunCollapse
    thumbnails: np.ndarray | None
    withheld: bool
    measured: MeasuredFaces | None = None

    @property
    def title(self) -> str:
        """What the run is called: its name, or what it learns from."""
        return run_title(self.record)

    @property
    def colours(self) -> list[str]:
        """A colour such as ``#0072B2`` for each of the people."""
        return person_colours(len(self.tracked.names))

    @property
    def losses(self) -> list[float | None]:
        """The loss of each epoch; the untrained network has none."""
        return [figures.get("loss") for figures in self.figures]

    @property
    def missing(self) -> str | None:
        """What of the faces that the final figures were measured on the run does not have; None where nothing."""
        return missing_words(self.folder)

    def halves(self) -> np.ndarray:
        """Return (T, H) int8: the half of its group's people that each tracked face is in, for each halving.

        The figures of every epoch take the threshold of either half and apply it to the other.
        """
        faces = self.tracked
        halves = np.full((len(faces), HALVINGS), -1, np.int8)
        for code in range(len(GROUPS)):
            rows = np.flatnonzero(faces.group == code)
            halves[rows] = halves_of(faces.person[rows], seed=self.record.config.seed)
        return halves

    def embeddings(self, epoch: int) -> np.ndarray:
        """Return (T, D) float32 of one epoch.

        Raises:
            RunDamaged: There is another number of them than of faces.
        """
        embeddings = self.folder.epoch(epoch).embeddings
        if embeddings.ndim != 2 or len(embeddings) != len(self.tracked):
            raise RunDamaged(
                f"Run {self.folder.id} cannot be read, epoch {epoch} has {len(embeddings)} embeddings of "
                f"{len(self.tracked)} faces: delete the run."
            )
        return embeddings


def read_content(run: RunFolder, *, with_photos: bool = False) -> RunContent:
    """Read what a run has stored.

    Args:
        run: The run.
        with_photos: Whether photographs of one's own are taken along, too.

    Raises:
        ValueError: The run cannot be read, or nothing is stored yet.
    """
    record, status, tracked, epochs = run.record(), run.status(), run.tracked(), run.epochs()
    collapse = collapse_of(run)
    if tracked is None or not epochs or not len(tracked):
        why = f" ({status.message})" if status.state == "failed" and status.message else ""
        raise ValueError(f"run {run.id} has stored no epoch yet{why}: train it first")
    own = record.config.faces.source not in PUBLIC_SOURCES
    thumbnails = None if own and not with_photos else run.thumbnails()
    if thumbnails is not None and (thumbnails.ndim != 4 or len(thumbnails) != len(tracked)):
        thumbnails = None  # pictures of other faces are worse than none
    return RunContent(
        folder=run,
        record=record,
        status=status,
        tracked=tracked,
        epochs=tuple(epochs),
        figures=tuple(figures_of(run, collapse)),
        collapse=collapse,
        thumbnails=thumbnails,
        withheld=own and not with_photos,
        measured=read_measured(run),
    )


def run_title(record: RunRecord) -> str:
    """Return what a run is called, on one line."""
    config = record.config
    people = record.people or config.faces.people or "all"
    by = f"margin {config.margin:g}" if learns_from_triplets(config.loss) else LOSSES[config.loss].label
    title = record.name or f"{config.faces.source}, {people} people, {by}"
    return one_line(title)[:LONGEST_TITLE]


def one_line(text: str) -> str:
    """Return a text without line breaks, tabs and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())


def epoch_words(epoch: int, last: int, loss: float | None) -> str:
    """Return what stands under a title: ``epoch 3 of 15, loss 0.123``."""
    if epoch == 0:
        return f"untrained, epoch 0 of {last}"
    known = loss is not None and np.isfinite(loss)
    return f"epoch {epoch} of {last}" + (f", loss {loss:.3f}" if known else "")
