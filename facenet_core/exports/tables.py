"""Numbers of a run as tables: CSV and Parquet, a row for each face, epoch or step, and one npz with all of them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from facenet_core.exports.content import RunContent
from facenet_core.runs.jobs.whole_set import grown_from
from facenet_core.runs.measured import as_arrays
from facenet_core.runs.records import GROUPS, TrackedFaces

Columns = Mapping[str, Sequence[Any] | np.ndarray]
TABLES = ("embeddings", "measured", "figures", "steps")
MEASURED = ("pairs", "accuracy", "threshold", "auc", "eer", "mean_same", "mean_different")


def csv_bytes(columns: Columns) -> bytes:
    """Return a table as UTF-8 CSV: floats with the digits that give the same float32 again, nothing for unknown."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(list(columns))
    for row in zip(*(_plain(column) for column in columns.values()), strict=True):
        table.writerow([_cell(value) for value in row])
    return text.getvalue().encode()


def parquet_bytes(columns: Columns) -> bytes:
    """Return a table as Parquet.

    Raises:
        ValueError: The package pyarrow is not there.
    """
    check_parquet()
    import pandas

    table: bytes = pandas.DataFrame(dict(columns)).to_parquet(index=False)
    return table


def check_parquet() -> None:
    """Raise ValueError where Parquet cannot be written."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise ValueError("--out .parquet needs the package pyarrow: install it, or choose .npz or .csv") from None


def numbered(embeddings: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns e0, e1 and so on of (N, D) embeddings."""
    return {f"e{number}": embeddings[:, number] for number in range(embeddings.shape[1])}


def table_of(content: RunContent, table: str, epochs: Sequence[int]) -> Columns:
    """Return one of ``TABLES`` as columns.

    Args:
        content: The run.
        table: ``embeddings`` (a row for each tracked face and epoch), ``measured`` (for each face that the final
            figures were measured on), ``figures`` (for each epoch) or ``steps``.
        epochs: Those whose embeddings are wanted.

    Raises:
        ValueError: There is no such table.
    """
    if table == "embeddings":
        return embedding_columns(content, epochs)
    if table == "measured":
        return measured_columns(content)
    if table == "figures":
        return figure_columns(content)
    if table == "steps":
        return content.folder.steps()
    raise ValueError(f"table must be one of {', '.join(TABLES)}, got {table!r}")


def embedding_columns(content: RunContent, epochs: Sequence[int]) -> Columns:
    """Return epoch, file, person, group, embedding and halves of every tracked face."""
    faces, times = content.tracked, len(epochs)
    return {
        "epoch": np.repeat(np.array(epochs, np.int64), len(faces)),
        **_who(faces, times),
        **numbered(np.concatenate([content.embeddings(epoch) for epoch in epochs])),
        **_halves(np.tile(content.halves(), (times, 1))),
    }


def measured_columns(content: RunContent) -> Columns:
    """Return epoch, file, person, group, embedding and halves of the faces that the final figures were measured on.

    A run of an earlier version, and one that has not finished, has the tracked faces of its last epoch to offer.
    """
    found = content.measured
    if found is None:
        return embedding_columns(content, content.epochs[-1:])
    return {
        "epoch": np.full(len(found), found.epoch, np.int64),
        **_who(found.faces),
        **numbered(found.embeddings),
        **_halves(found.halves),
    }


def _who(faces: TrackedFaces, times: int = 1) -> dict[str, list[str]]:
    return {
        "file": [str(file) for file in faces.files] * times,
        "person": [str(faces.names[person]) for person in faces.person] * times,
        "group": [GROUPS[group] for group in faces.group] * times,
    }


def _halves(halves: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns half_1, half_2 and so on of (N, H) halves, as ``MeasuredFaces`` explains them."""
    return {f"half_{number + 1}": halves[:, number] for number in range(halves.shape[1])}


def figure_columns(content: RunContent) -> dict[str, list[Any]]:
    """Return loss, spread and the verification figures of every group, a row for each stored epoch."""
    columns: dict[str, list[Any]] = {"epoch": [figures.get("epoch") for figures in content.figures]}
    for name in ("loss", "spread"):
        columns[name] = [figures.get(name) for figures in content.figures]
    for group in ("seen", "held_out", "unseen"):
        for name in MEASURED:
            columns[f"{group}_{name}"] = [(figures.get(group) or {}).get(name) for figures in content.figures]
    return columns


def npz_bytes(content: RunContent, epochs: Sequence[int]) -> bytes:
    """Return one npz without pickles: embeddings (E, T, D), the faces, the figures and the steps.

    ``epochs`` (E,) names the embeddings' epochs, ``person`` (T,) points into ``names``, ``group`` (T,) into ``groups``;
    ``halves`` (T, H) says which half of its group's people each face was in when a threshold of one half was applied
    to the other. ``figure_epoch`` and its like are a column each, ``step_loss`` and its like, too.

    ``verification`` holds the final figures as JSON. ``measured_embeddings`` (M, D), ``measured_person``,
    ``measured_group``, ``measured_halves`` and so on are the faces that they were measured on. ``recognition_*`` is
    what growing galleries were measured on: everybody's embedding, and who was never trained on. ``missing`` says
    what an older run lacks, and is empty otherwise.
    """
    faces = content.tracked
    arrays: dict[str, np.ndarray] = {
        "epochs": np.array(epochs, np.int64),
        "embeddings": np.stack([content.embeddings(epoch) for epoch in epochs]),
        "person": faces.person,
        "group": faces.group,
        "names": faces.names.astype(np.str_),
        "files": faces.files.astype(np.str_),
        "groups": np.array(GROUPS, np.str_),
        "halves": content.halves(),
        "verification": np.array(json.dumps(content.folder.verification())),
        "missing": np.array(content.missing or ""),
    }
    if content.measured is not None:
        arrays |= {f"measured_{name}": values for name, values in as_arrays(content.measured).items()}
    arrays |= {f"recognition_{name}": values for name, values in grown_from(content.folder).items()}
    if content.thumbnails is not None:
        arrays["thumbnails"] = content.thumbnails
    columns = figure_columns(content)
    arrays |= {f"figure_{name}": np.array(column, np.float64) for name, column in columns.items()}
    arrays |= {f"step_{name}": column for name, column in content.folder.steps().items()}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _plain(column: Sequence[Any] | np.ndarray) -> Sequence[Any]:
    return column if not isinstance(column, np.ndarray) else list(column)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return f"{value:.9g}" if isinstance(value, float | np.floating) else value
