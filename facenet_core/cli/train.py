"""``train``: a run, begun or gone on with in this process."""

import argparse
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from types import FrameType
from typing import Any

from facenet_core import files
from facenet_core.cli.checks import check_training
from facenet_core.config import AugmentationConfig, FacesConfig, TrainingConfig
from facenet_core.evaluation import read_people
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.exports import check_place
from facenet_core.faces import open_faces
from facenet_core.runs.advance import move_run
from facenet_core.runs.cpu_turns import let_waiting_threads_sleep
from facenet_core.runs.engine.engine import check_changes, check_choices
from facenet_core.runs.engine.workers.malloc import keep_freed_memory
from facenet_core.runs.records import RunRequest, RunStatus
from facenet_core.runs.run_collapse import collapse_of, figures_of, final_figures_of
from facenet_core.runs.storage import RunFolder, create_run, open_run

SPINS = 100_000  # a command mostly has the cores to itself, no browser beside it
_CHANGEABLE = ("epochs", "margin", "learning_rate", "miner")


def have_the_cores() -> None:
    """Set this process up to train; before torch is imported."""
    let_waiting_threads_sleep(SPINS)
    keep_freed_memory()


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Train, telling the progress on standard error; return the run's figures."""
    given = given_options(options)
    run = _go_on(options, given) if options.continue_run else _begin(options, given)
    is_new = options.continue_run is None
    have_the_cores()
    progress = Progress(sys.stderr)
    try:
        with stop_on_interrupt(run):
            status = move_run(run, options.faces_root, progress)
    except files.AlreadyLocked:
        raise ValueError(f"run {run.id} is training already: pause it there first") from None
    except ValueError:
        if is_new and run.path.is_dir() and run.status().step == 0:
            shutil.rmtree(run.path)  # nothing was trained: the arguments or the faces were wrong
        raise
    finally:
        progress.end()
    if status.state == "stopped":
        return _stopped(run, status)
    return run_result(run, status, say=None if options.json else print) | _left_out(run, options.faces_root)


def example(options: argparse.Namespace) -> dict[str, Any]:
    """Train the example run and write the file that ships."""
    check_place(options.out)
    have_the_cores()
    from facenet_core.runs.example_run import make

    progress = Progress(sys.stderr)
    try:
        result = make(options.runs, options.faces_root, options.out, progress)
    finally:
        progress.end()
    if not options.json:
        print(f"{result['file']}: {result['bytes']:,} bytes, from run {result['run']}")
    return result


def given_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given, by the names of the configuration."""
    names = {f.name for kind in (TrainingConfig, FacesConfig, AugmentationConfig) for f in fields(kind)}
    given = {name: value for name, value in vars(options).items() if name in names}
    if "network_option" in options:
        given["network_options"] = dict(options.network_option)
    return given


def _begin(options: argparse.Namespace, given: dict[str, Any]) -> RunFolder:
    config = given_config(given)
    check_training(config)
    return create_run(options.runs, config, name=options.name)


def given_config(given: dict[str, Any]) -> TrainingConfig:
    """Return the configuration that the given options make, with the defaults for all others.

    Raises:
        ValueError: A value is out of range, or a folder of faces is wanted and none was named.
    """
    config = config_of(given)
    check_choices(config)
    if config.faces.source == "folder" and not config.faces.path:
        raise ValueError("--source folder needs --path DIR, a folder with one sub-folder per person")
    return config


def config_of(given: dict[str, Any]) -> TrainingConfig:
    """Return the configuration that options, by their names, make; the rest keeps its defaults."""

    def part(kind: type) -> dict[str, Any]:
        return {f.name: given[f.name] for f in fields(kind) if f.name in given}

    faces = part(FacesConfig)
    if "people_list" in faces:
        faces["people_list"] = tuple(dict.fromkeys(name for name, _ in read_people(faces["people_list"])))
    if faces.get("path"):
        faces["path"] = str(Path(faces["path"]).absolute())
        faces.setdefault("source", "folder")
    return TrainingConfig(
        **part(TrainingConfig), faces=FacesConfig(**faces), augmentation=AugmentationConfig(**part(AugmentationConfig))
    )


def _go_on(options: argparse.Namespace, given: dict[str, Any]) -> RunFolder:
    fixed = set(given) - set(_CHANGEABLE)
    if fixed:
        raise ValueError(
            f"--continue takes {', '.join(flag(name) for name in _CHANGEABLE)} only, "
            f"got {', '.join(flag(name) for name in sorted(fixed))}: the rest of a run is fixed"
        )
    run = open_run(options.runs, options.continue_run)
    if run.record().shipped:
        raise ValueError(f"run {run.id} came with the program and is only looked at: train one of your own")
    check_changes(run.record().config, **given)
    run.write_request(RunRequest(**(run.request().changes() | given)))
    return run


def flag(name: str) -> str:
    """Return an option as it is written."""
    return "--" + name.replace("_", "-")


@contextmanager
def stop_on_interrupt(run: RunFolder) -> Iterator[None]:
    """Turn the first interrupt into a request to stop, so that the run keeps every step it has done."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)  # a second one ends the program at once
        run.write_request(replace(run.request(), stop=True))

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stopped(run: RunFolder, status: RunStatus) -> dict[str, Any]:
    command = f"python -m facenet_core train --continue {run.id}"
    print(f"stopped after step {status.step}; go on with: {command} --runs {run.path.parent}", file=sys.stderr)
    return {"run": run.id, "state": "stopped", "epochs": status.epoch, "steps": status.step, "exit_code": 130}


def _left_out(run: RunFolder, faces_root: Path) -> dict[str, Any]:
    """Return what the source held besides the faces, file by file; the notes say it in short."""
    faces = open_faces(str(run.record().fingerprint), root=faces_root)
    return {
        "skipped": [asdict(one) for one in faces.skipped],
        "kinds": dict(faces.kinds),
        "unlike": [asdict(one) for one in faces.unlike],
    }


def run_result(run: RunFolder, status: RunStatus, say: Callable[[str], None] | None) -> dict[str, Any]:
    """Return what came out of a run, and tell it to people where ``say`` is given."""
    record, collapse = run.record(), collapse_of(run)
    verification = final_figures_of(run, collapse) or {}
    groups = {name: verification[name] for name in ("unseen", "held_out") if verification.get(name)}
    figures = figures_of(run, collapse)
    result = {
        "run": run.id,
        "epochs": status.epoch,
        "images": record.images,
        "people": record.people,
        "images_shown": status.images_shown,
        "loss": figures[-1]["loss"] if figures else None,
        "seconds": round(status.seconds, 3),
        "images_per_second": round(status.images_shown / status.seconds, 1) if status.seconds else 0.0,
        "verification": groups,
        "collapsed": collapse.now,
        "notes": list(record.notes),
        "device": record.device,
        "precision": record.precision,
        "threads": record.threads,
    }
    if say:
        _tell(result, status, say)
    return result


def _tell(result: dict[str, Any], status: RunStatus, say: Callable[[str], None]) -> None:
    for note in result["notes"]:
        say(f"note: {note}")
    say(status.message)
    for name, group in result["verification"].items():
        if group["accuracy"] is not None:
            low, high = (group["intervals"] or {}).get("accuracy", (None, None))
            interval = f" ({low:.3f} to {high:.3f})" if low is not None else ""
            what = {"unseen": "unseen people", "held_out": "held-out images"}[name]
            said = f"{what}: accuracy {group['accuracy']:.3f}{interval}, AUC {group['auc']:.3f}"
            say(f"{said}, {pairs_words(group)}")
            if low is None and group["people"] is not None:
                say(f"  {no_interval_words(group['people'])}")
    shown, seconds = result["images_shown"], result["seconds"]
    say(f"run {result['run']}: {shown:,} images in {seconds:.1f} s, {result['images_per_second']:,.0f} a second")


def pairs_words(group: Mapping[str, Any]) -> str:
    """Return what a group's figures were measured on: its pairs, and whose they are."""
    whose = f" of {group['images']:,} pictures of {group['people']:,} people" if group.get("images") else ""
    return f"{group['pairs']:,} pairs{whose}"


class Progress:
    """Tells people how a run goes: one line that is renewed on a terminal, a line an epoch elsewhere."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._renews = bool(stream.isatty())
        self._last = ""
        self._first: tuple[float, int] | None = None

    def __call__(self, status: RunStatus) -> None:
        """Tell one status."""
        line = self._line(status)
        if status.state == "failed":
            return  # said as the program's last line
        if self._renews:
            self._stream.write(f"\r\x1b[K{line}")
        elif self._key(status) != self._last and (status.step or "Preparing" in line):
            self._stream.write(f"{line}\n")
        self._last = self._key(status)
        self._stream.flush()

    def end(self) -> None:
        """Leave the renewed line standing."""
        if self._renews and self._last:
            self._stream.write("\n")

    def _key(self, status: RunStatus) -> str:
        return status.message if not status.step else f"{status.state} {status.epoch}"

    def _line(self, status: RunStatus) -> str:
        if not status.step or status.state != "running":
            return status.message
        self._first = self._first or (time.monotonic(), status.step)
        left = self._seconds_left(status)
        times = f", {left // 60}:{left % 60:02} left" if left is not None else ""
        return (
            f"epoch {status.epoch} of {status.epochs}, step {status.step:,} of {status.steps:,}, "
            f"{status.images_per_second:,.0f} images/s{times}. {status.message}"
        )

    def _seconds_left(self, status: RunStatus) -> int | None:
        started, step = self._first or (0.0, 0)
        if status.step <= step:
            return None
        return round((time.monotonic() - started) / (status.step - step) * (status.steps - status.step))
