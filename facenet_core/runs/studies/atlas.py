"""An atlas: runs that differ in one setting only, from the same seed, with a light file that names them."""

import contextlib
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from facenet_core import files
from facenet_core.choices import LOSSES, MINERS, choose
from facenet_core.config import TrainingConfig
from facenet_core.runs.records import RunBusy, RunDamaged, RunMissing, RunTooNew
from facenet_core.runs.storage import RunFolder, delete_run, open_run

if TYPE_CHECKING:
    from facenet_core.runs.engine.engine import Engine

FORMAT = 1
FEWEST, MOST = 2, 8
_ATLAS_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_BATCH = re.compile(r"\s*(\d+)\s*[x×]\s*(\d+)\s*")

Value = float | int | str


class AtlasMissing(ValueError):
    """There is no atlas of that name, or it cannot be read."""


@dataclass(frozen=True, slots=True)
class Varied:
    """A setting that an atlas can vary.

    Attributes:
        label: Its name on a page.
        usual: Values to begin with.
        read: Text -> value; raises ValueError with a sentence.
        apply: Puts a value into a configuration, which checks it.
    """

    label: str
    usual: tuple[Value, ...]
    read: Callable[[str], Value]
    apply: Callable[[TrainingConfig, Any], TrainingConfig]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number: write values like 0.2, with commas between them") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number: write values like 128, with commas between them") from None


def _miner(text: str) -> str:
    choose("miner", MINERS, text)
    return text


def _loss(text: str) -> str:
    choose("loss", LOSSES, text)
    return text


def _batch(text: str) -> str:
    found = _BATCH.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no batch: write people x images, such as 25 x 4")
    return f"{int(found[1])} x {int(found[2])}"


def _with_batch(config: TrainingConfig, value: str) -> TrainingConfig:
    people, images = (int(part) for part in value.split(" x "))
    return replace(config, people_per_batch=people, images_per_person=images)


VARIED: dict[str, Varied] = {
    "margin": Varied(
        "margin", (0.05, 0.1, 0.2, 0.4, 0.8, 1.2), _number, lambda config, value: replace(config, margin=value)
    ),
    "embedding_size": Varied(
        "embedding size", (2, 8, 32, 128), _whole, lambda config, value: replace(config, embedding_size=value)
    ),
    "miner": Varied(
        "miner", ("semi-hard", "batch-hard", "batch-all", "random"), _miner, lambda c, value: replace(c, miner=value)
    ),
    "loss": Varied(
        "loss", ("triplet", "contrastive", "softmax", "arcface"), _loss, lambda c, value: replace(c, loss=value)
    ),
    "batch": Varied("batch (people x images)", ("8 x 12", "12 x 8", "25 x 4", "48 x 2"), _batch, _with_batch),
    "learning_rate": Varied(
        "learning rate", (2e-4, 5e-4, 2e-3, 5e-3), _number, lambda config, value: replace(config, learning_rate=value)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Runs over the values of one setting (``atlases/<id>.json``).

    Attributes:
        id: Its name in links, which is also its file's.
        created: Unix seconds.
        varied: A name in ``VARIED``.
        values: The values, in order.
        runs: The run of each value.
        name: What its owner calls it.
    """

    id: str
    created: float
    varied: str
    values: tuple[Value, ...]
    runs: tuple[str, ...]
    name: str | None = None

    def __post_init__(self) -> None:
        if self.varied not in VARIED:
            raise ValueError(f"varied must be one of {', '.join(VARIED)}, got {self.varied!r}")
        if not self.values or len(self.values) != len(self.runs):
            raise ValueError(f"an atlas needs one run a value, got {len(self.values)} values, {len(self.runs)} runs")

    @property
    def label(self) -> str:
        """The varied setting as a reader calls it."""
        return VARIED[self.varied].label

    def to_json(self) -> dict[str, Any]:
        """Return the atlas as it stands in its file."""
        return {"format": FORMAT, **asdict(self), "values": list(self.values), "runs": list(self.runs)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; raise ValueError, TypeError or KeyError for anything else."""
        if values.get("format", 0) > FORMAT:
            raise ValueError("it was written by a newer version of this program: update the program to open it")
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        return cls(**{**known, "values": tuple(values["values"]), "runs": tuple(values["runs"])})


def read_values(varied: str, text: str) -> list[Value]:
    """Return the values that a reader wrote, with commas between them.

    Raises:
        ValueError: One of them is none; the sentence says which.
    """
    return [VARIED[varied].read(part.strip()) for part in text.split(",") if part.strip()]


def plan_atlas(config: TrainingConfig, varied: str, values: Sequence[Value]) -> list[TrainingConfig]:
    """Return the configuration of each run.

    Raises:
        ValueError: There is no such setting, a value is out of range or given twice, or there are too few or many.
    """
    if varied not in VARIED:
        raise ValueError(f"varied must be one of {', '.join(VARIED)}, got {varied!r}")
    if not FEWEST <= len(values) <= MOST:
        raise ValueError(f"an atlas needs {FEWEST} to {MOST} values of the {VARIED[varied].label}, got {len(values)}")
    if len(set(values)) < len(values):
        raise ValueError(f"every value of the {VARIED[varied].label} may stand there once only")
    return [VARIED[varied].apply(config, value) for value in values]


def begin_atlas(
    engine: "Engine",
    config: TrainingConfig,
    varied: str,
    values: Sequence[Value],
    *,
    name: str | None = None,
    owner: str | None = None,
) -> Atlas:
    """Begin a run for every value, one after another in the engine's queue, and store which they are.

    Args:
        engine: Trains them; a restarted one takes up those that were under way.
        config: What all runs share, the seed among it.
        varied: A name in ``VARIED``.
        values: ``FEWEST`` to ``MOST`` of them.
        name: What its owner calls it.
        owner: The browser that begins it.

    Raises:
        ValueError: See ``plan_atlas``; nothing has begun then.
        EngineReadOnly: Another program works on the data folder.
    """
    plans = plan_atlas(config, varied, values)
    created = time.time()
    atlas_id = new_id(varied, created)
    runs: list[str] = []
    try:
        for plan, value in zip(plans, values, strict=True):
            runs.append(engine.train(plan, name=title_of(name, varied, value), owner=owner))
            atlas = Atlas(
                id=atlas_id,
                created=created,
                varied=varied,
                values=tuple(values[: len(runs)]),
                runs=tuple(runs),
                name=name,
            )
            write_atlas(atlases_folder(engine.data), atlas)
    except Exception:
        _stop_all(engine, runs)
        raise
    return atlas


def new_id(varied: str, created: float) -> str:
    """Return an id for an atlas of this setting, begun at this time."""
    when = time.strftime("%Y%m%d-%H%M%S", time.localtime(created))
    return f"{when}-{varied.replace('_', '-')}-{secrets.token_hex(2)}"


def title_of(name: str | None, varied: str, value: Value) -> str:
    """Return how the run of one value is called, in an atlas of this name."""
    return f"{name or 'Atlas'}: {VARIED[varied].label} {value_text(value)}"


def _stop_all(engine: "Engine", runs: Sequence[str]) -> None:
    for run_id in runs:
        with contextlib.suppress(ValueError, OSError):
            engine.request(run_id, stop=True)


def value_text(value: Value) -> str:
    """Return a value as a reader writes it."""
    return value if isinstance(value, str) else f"{value:g}"


def atlases_folder(data: Path) -> Path:
    """Return where the files of atlases are."""
    return data / "atlases"


def write_atlas(root: Path, atlas: Atlas) -> None:
    """Store which runs an atlas has."""
    root.mkdir(parents=True, exist_ok=True)
    files.write_json(root / f"{atlas.id}.json", atlas.to_json())


def open_atlas(root: Path, atlas_id: str) -> Atlas:
    """Return the atlas called ``atlas_id``.

    Raises:
        AtlasMissing: There is none, it is damaged, or a newer version wrote it.
    """
    if not _ATLAS_ID.fullmatch(atlas_id):
        raise AtlasMissing(f"There is no atlas {atlas_id[:80]!r}: choose one from the list.")
    try:
        atlas = Atlas.from_json(files.read_json(root / f"{atlas_id}.json"))
    except FileNotFoundError:
        raise AtlasMissing(f"There is no atlas {atlas_id!r}: it may have been deleted.") from None
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise AtlasMissing(
            f"Atlas {atlas_id} cannot be read ({error}): put its file back or delete it; its runs are untouched."
        ) from error
    return replace(atlas, id=atlas_id)


def list_atlases(root: Path) -> list[str]:
    """Return the ids of all atlases, newest first; those that cannot be read are among them."""
    try:
        names = [path.stem for path in root.iterdir() if path.suffix == ".json" and _ATLAS_ID.fullmatch(path.stem)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(names, reverse=True)


def runs_of(atlas: Atlas, runs_root: Path) -> list[RunFolder | None]:
    """Return the run of each value; None where it was deleted or cannot be read."""
    found: list[RunFolder | None] = []
    for run_id in atlas.runs:
        try:
            run = open_run(runs_root, run_id)
            run.record()
            found.append(run)
        except (RunMissing, RunDamaged, RunTooNew):
            found.append(None)
    return found


def delete_atlas(data: Path, atlas_id: str, *, with_runs: bool) -> list[str]:
    """Delete an atlas, with its runs where asked for.

    Returns:
        The runs that are still training and were therefore kept, with the atlas; empty when all is done.

    Raises:
        AtlasMissing: There is no such atlas.
    """
    root = atlases_folder(data)
    path = root / f"{atlas_id}.json"
    if not _ATLAS_ID.fullmatch(atlas_id) or not path.exists():
        raise AtlasMissing(f"There is no atlas {atlas_id[:80]!r}: it may have been deleted.")
    busy = []
    if with_runs:
        for run_id in open_atlas(root, atlas_id).runs:
            try:
                delete_run(data / "runs", run_id)
            except RunBusy:
                busy.append(run_id)
            except RunMissing:
                pass
    if not busy:
        path.unlink(missing_ok=True)
    return busy
