"""The runs that are compared: which they are, what they are called, where they stand at an epoch, how they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.choices import LOSSES, MINERS, NETWORKS, SOURCES, learns_from_triplets
from facenet_core.config import MOST_PEOPLE_PER_BATCH
from facenet_core.evaluation import Resampled, resample_group
from facenet_core.runs.records import UNSEEN
from facenet_core.runs.storage import RunFolder, open_run
from facenet_core.runs.studies.atlas import Atlas, AtlasMissing, atlases_folder, open_atlas, runs_of, value_text
from pages.shared.runs import readers
from pages.shared.runs.ownership import marked, runs_to_choose
from pages.shared.runs.session import UNREADABLE, data_folder, distinct, run_title, runs_folder
from pages.shared.words import plain

FEWEST, MOST = 2, 6
LETTERS = "ABCDEF"
SETTINGS = {
    "faces.source": "faces",
    "faces.path": "folder",
    "faces.people_from_names": "people from the names of files",
    "faces.people": "people trained on",
    "faces.images": "images of each",
    "network": "network",
    "network_options": "network's options",
    "embedding_size": "embedding size",
    "miner": "miner",
    "loss": "loss",
    "margin": "margin",
    "logit_scale": "scale of the classifier",
    "angular_margin": "angular margin",
    "pair_margin": "margin of pairs",
    "people_per_batch": "people in a batch",
    "images_per_person": "images of each in a batch",
    "epochs": "epochs",
    "learning_rate": "learning rate",
    "optimiser": "optimiser",
    "schedule": "schedule",
    "weight_decay": "weight decay",
    "augmentation": "augmentation",
    "mirror": "mirrored at measuring",
    "seed": "seed",
}
_WORDS: dict[str, Any] = {"faces.source": SOURCES, "network": NETWORKS, "miner": MINERS, "loss": LOSSES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One of the runs compared.

    Attributes:
        run: The run.
        label: Its name in figures: a letter, or the atlas's value.
        epochs: Its stored epochs.
    """

    run: RunFolder
    label: str
    epochs: tuple[int, ...]

    def at(self, epoch: int) -> int:
        """Return the stored epoch nearest to ``epoch`` that is not after it, or the first."""
        before = [number for number in self.epochs if number <= epoch]
        return before[-1] if before else self.epochs[0]


def with_epochs() -> list[RunFolder]:
    """Return the runs that can be compared: own ones, newest first, the example, and then the others."""
    return [run for run in runs_to_choose() if run.epochs() and _is_readable(run)]


def _is_readable(run: RunFolder) -> bool:
    try:
        run.record()
        return readers.tracked(run) is not None
    except UNREADABLE:
        return False


def titles_of(runs: Sequence[RunFolder]) -> dict[str, str]:
    """Return how runs are called in a list where no two may be called the same."""
    return distinct({run.id: marked(run_title(run), run) for run in runs})


def runs_in_link(known: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the runs of the link (else those last compared, else the two newest), and those it names in vain."""
    given = st.query_params.get("runs") or ",".join(st.session_state.get("runs_compared", []))
    names = list(dict.fromkeys(name for name in given.split(",") if name))
    found = [name for name in names if name in known][:MOST]
    gone = [name for name in names if name not in known]
    if len(found) < FEWEST and not names:
        found = list(known[:FEWEST])
    return found, gone


def keep_in_link(runs: Sequence[str]) -> None:
    """Put the runs into the link, and remember them for the way back to this page."""
    st.session_state["runs_compared"] = list(runs)
    st.query_params["runs"] = ",".join(runs)


def compared(run_ids: Sequence[str]) -> list[Compared]:
    """Return the runs that can be compared, each with its letter."""
    found = []
    for run_id in run_ids:
        try:
            run = open_run(runs_folder(), run_id)
            if _is_readable(run) and run.epochs():
                found.append(run)
        except UNREADABLE:
            continue
    return [Compared(run=run, label=LETTERS[n], epochs=tuple(run.epochs())) for n, run in enumerate(found)]


def of_atlas(atlas: Atlas) -> list[Compared]:
    """Return the runs of an atlas that have epochs, each with its value."""
    found = []
    for run, value in zip(runs_of(atlas, runs_folder()), atlas.values, strict=True):
        if run is not None and _is_readable(run) and run.epochs():
            found.append(Compared(run=run, label=value_text(value), epochs=tuple(run.epochs())))
    return found


def find_atlas(atlas_id: str) -> Atlas | None:
    """Return an atlas, or say why there is none."""
    try:
        return open_atlas(atlases_folder(data_folder()), atlas_id)
    except AtlasMissing as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        return None


def settings(run: RunFolder) -> dict[str, str]:
    """Return every setting of a run as text; one that was moved in mid-run says so."""
    record = run.record()
    values = record.config.to_json()
    found = {}
    for name in SETTINGS:
        room, _, inner = name.partition(".")
        found[name] = _setting_text(name, values[room].get(inner, False) if inner else values[room])
    for change in run.changes():
        for name in ("margin", "learning_rate", "miner", "epochs"):
            if change.get(name) is not None:
                found[name] += f", from step {change['step']}: {_setting_text(name, change[name])}"
    if record.people and values["people_per_batch"] is None:
        found["people_per_batch"] = str(min(MOST_PEOPLE_PER_BATCH, record.people))
    if record.people and values["faces"]["people"] is None:
        found["faces.people"] += f" ({record.people})"
    elif record.people and record.people != values["faces"]["people"]:
        found["faces.people"] = f"{record.people} (asked for {values['faces']['people']})"
    return found


def _setting_text(name: str, value: Any) -> str:
    if name in _WORDS:
        return _WORDS[name][value].label if value in _WORDS[name] else str(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "-" if name == "faces.path" else "all there are"
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_table(runs: Sequence[Compared], *, differing: bool) -> str:
    """Return the settings that differ (highlighted), or those that all runs share, as Markdown."""
    every = [settings(entry.run) for entry in runs]
    rows = []
    for name, label in SETTINGS.items():
        values = [found[name] for found in every]
        if (len(set(values)) > 1) != differing:
            continue
        mark = [f":orange-background[**{plain(value)}**]" if differing else plain(value) for value in values]
        rows.append(f"| {label} | {' | '.join(mark)} |")
    head = " | ".join(f"**{plain(entry.label)}**" for entry in runs)
    return f"| | {head} |\n|---|{'---|' * len(runs)}\n" + "\n".join(rows) if rows else ""


def sameness(runs: Sequence[Compared]) -> list[str]:
    """Return sentences about what of these runs can be compared, and what cannot."""
    records = [entry.run.record() for entry in runs]
    every = [settings(entry.run) for entry in runs]
    said = []
    if len({record.fingerprint for record in records}) > 1:
        said.append(
            "These runs learned from different faces: their unseen people are others, so a difference may come from "
            "the faces as well as from the settings, and intervals are those of unpaired groups."
        )
    elif len({unseen_people(entry.run) for entry in runs}) > 1:
        said.append(
            "The runs have the same faces but set other people or images aside, so they are measured on other people "
            "and the intervals are those of unpaired groups."
        )
    if len({(found["margin"], found["loss"], found["miner"]) for found in every}) > 1:
        said.append(
            "A loss counts what is missing to the margin, over the triplets that were chosen: with other margins, "
            "miners or losses its height compares nothing. Compare its course, and the accuracy."
        )
    if len({found["embedding_size"] for found in every}) > 1:
        said.append("Embedding sizes differ: squared distances still compare, since all points lie on a sphere.")
    if any(record.config.network_options.get("unit_length") is False for record in records):
        said.append("A network here does not scale to length 1: its distances go beyond 4 and compare with no other's.")
    if len({entry.epochs[-1] for entry in runs}) > 1:
        said.append("The runs have different numbers of epochs: one that ends earlier stays at its last epoch.")
    return said


def unseen_people(run: RunFolder) -> tuple[str, ...]:
    """Return a name for each tracked unseen face that means the same face in every run."""
    faces = readers.tracked(run)
    if faces is None:
        return ()
    fingerprint = run.record().fingerprint or run.id
    chosen = np.flatnonzero(faces.group == UNSEEN)
    return tuple(f"{fingerprint}/{faces.files[face]}" for face in chosen)


def unseen_pairs(entry: Compared, epoch: int) -> readers.GroupPairs | None:
    """Return all pairs of unseen faces at an epoch; None where there are none, or embeddings are not numbers."""
    try:
        return readers.group_pairs(entry.run, entry.at(epoch), UNSEEN)
    except UNREADABLE:
        raise
    except ValueError:
        return None


def resampled(entry: Compared) -> Resampled | None:
    """Return a run's figures on unseen people at its last epoch, with draws of people; None where it has none."""
    epoch = entry.epochs[-1]
    if readers.collapse(entry.run).at(epoch):
        return None  # said beside the figures: what is left of the distances is chance
    return _resampled(str(entry.run.path), epoch, readers.epoch_stamp(entry.run, epoch))


@st.cache_resource(max_entries=64, show_spinner=False)
def _resampled(path: str, epoch: int, stamp: int) -> Resampled | None:
    run = RunFolder(Path(path))
    faces = readers.tracked(run)
    chosen = np.flatnonzero(faces.group == UNSEEN) if faces is not None else np.empty(0, int)
    if faces is None or len(chosen) < 2:
        return None
    fingerprint = run.record().fingerprint or run.id
    people = [f"{fingerprint}/{faces.names[faces.person[face]]}" for face in chosen]
    try:
        return resample_group(readers.epoch(run, epoch).embeddings[chosen], people)
    except ValueError:  # an embedding that is not a number: there is nothing to measure
        return None


def title(entry: Compared) -> str:
    """Return how a run is called where there is room."""
    return run_title(entry.run)


def unseen_accuracy(entry: Compared) -> tuple[list[int], list[float | None]]:
    """Return the epochs of a run and how often it was right about unseen people at each."""
    found = readers.figures(entry.run)
    return [row["epoch"] for row in found], [(row.get("unseen") or {}).get("accuracy") for row in found]


def losses(entry: Compared) -> tuple[list[int], list[float | None]]:
    """Return the mean loss of each epoch."""
    found = readers.figures(entry.run)
    return [row["epoch"] for row in found], [row.get("loss") for row in found]


def active_shares(entry: Compared) -> tuple[list[int], list[float | None]]:
    """Return the share of triplets that still taught in each epoch; None where triplets do not teach at all."""
    steps = readers.steps(entry.run)
    epochs = np.unique(steps["epoch"]).astype(int)
    if not learns_from_triplets(entry.run.record().config.loss):
        return epochs.tolist(), [None] * len(epochs)
    shares: list[float | None] = []
    for epoch in epochs:
        chosen = steps["epoch"] == epoch
        valid = float(steps["valid"][chosen].sum())
        shares.append(float(steps["active"][chosen].sum()) / valid if valid else None)
    return epochs.tolist(), shares
