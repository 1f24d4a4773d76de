"""``atlas``: the same training over the values of one setting, or of two, one run after another in this process."""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facenet_core.cli.checks import check_training
from facenet_core.cli.train import (
    Progress,
    flag,
    given_config,
    given_options,
    have_the_cores,
    run_result,
    stop_on_interrupt,
)
from facenet_core.config import TrainingConfig
from facenet_core.runs.advance import move_run
from facenet_core.runs.engine.engine import check_choices
from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import RunFolder, create_run
from facenet_core.runs.studies.atlas import (
    VARIED,
    Atlas,
    Value,
    atlases_folder,
    new_id,
    plan_atlas,
    read_values,
    title_of,
    value_text,
    write_atlas,
)

_SETS = {"batch": ("people_per_batch", "images_per_person")}
"""Options that a setting stands for, where they are not called as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """An atlas to be trained: its name, the values of its setting, and a configuration for each."""

    name: str | None
    varied: str
    values: tuple[Value, ...]
    configs: tuple[TrainingConfig, ...]
    second: dict[str, Value]


def atlas(options: argparse.Namespace) -> dict[str, Any]:
    """Train a run for every value, telling the progress on standard error; return what came out of each."""
    plans = _plans(options)
    have_the_cores()
    total = sum(len(plan.values) for plan in plans)
    started = time.perf_counter()
    result: dict[str, Any] = {"over": plans[0].varied, "values": list(plans[0].values), "atlases": [], "runs": []}
    for told in _train_all(options, plans, total):
        result["runs"].append(told)
        if told["atlas"] not in result["atlases"]:
            result["atlases"].append(told["atlas"])
        if not options.json:
            print(_line(told, plans[0]))
        if told["state"] == "stopped":
            break
    states = [told["state"] for told in result["runs"]]
    result["seconds"] = round(time.perf_counter() - started, 3)
    if "stopped" in states:
        done = states.count("finished")
        print(f"stopped after {done} of {total} runs; those that are finished stay in the atlas", file=sys.stderr)
    result["exit_code"] = 130 if "stopped" in states else 1 if "failed" in states else 0
    return result


def _plans(options: argparse.Namespace) -> list[_Plan]:
    """Return one atlas, or one for each value of the second setting; raise ValueError before anything is trained."""
    over: str = options.over.replace("-", "_")
    over2: str | None = options.over2.replace("-", "_") if options.over2 else None
    if (over2 is None) != (options.values2 is None):
        raise ValueError("--over2 and --values2 belong together: give both or neither")
    if over == over2:
        raise ValueError(f"--over2 must be another setting than --over {options.over}")
    given = given_options(options)
    _check_free(given, over, over2)
    config = given_config(given)
    values = read_values(over, options.values)
    if over2 is None:
        plans = [_plan(options.name, over, values, config, {})]
    else:
        second = read_values(over2, options.values2)
        plans = [
            _plan(title_of(options.name, over2, value), over, values, changed, {over2: value})
            for value, changed in zip(second, plan_atlas(config, over2, second), strict=True)
        ]
    for plan in plans:
        for one in plan.configs:
            check_choices(one)
    check_training(plans[0].configs[0])  # what is wrong with a later one only is told when its turn comes
    return plans


def _plan(
    name: str | None, varied: str, values: Sequence[Value], config: TrainingConfig, second: dict[str, Value]
) -> _Plan:
    configs = tuple(plan_atlas(config, varied, values))
    return _Plan(name=name, varied=varied, values=tuple(values), configs=configs, second=second)


def _check_free(given: dict[str, Any], *varied: str | None) -> None:
    for setting in filter(None, varied):
        for option in _SETS.get(setting, (setting,)):
            if option in given:
                raise ValueError(f"{flag(option)} is what the atlas varies: leave it out")


def _train_all(options: argparse.Namespace, plans: Sequence[_Plan], total: int) -> Iterator[dict[str, Any]]:
    """Train one run after another and yield what came out of each; an atlas grows by every run that has begun."""
    number = 0
    for plan in plans:
        created = time.time()
        atlas_id, runs = new_id(plan.varied, created), list[str]()
        for config, value in zip(plan.configs, plan.values, strict=True):
            number += 1
            head = f"run {number} of {total}, {_words(plan, value)}"
            run = create_run(options.runs, config, name=title_of(plan.name, plan.varied, value))
            runs.append(run.id)
            made = Atlas(
                id=atlas_id,
                created=created,
                varied=plan.varied,
                values=plan.values[: len(runs)],
                runs=tuple(runs),
                name=plan.name,
            )
            write_atlas(atlases_folder(options.runs.parent), made)
            try:
                told = _train_one(run, options.faces_root, head, is_first=number == 1)
            except ValueError:
                (atlases_folder(options.runs.parent) / f"{atlas_id}.json").unlink(missing_ok=True)
                raise
            yield {"settings": {plan.varied: value, **plan.second}, "atlas": atlas_id, **told}


def _train_one(run: RunFolder, faces_root: Path, head: str, *, is_first: bool) -> dict[str, Any]:
    """Train a run to its end; one that fails is told, and the others go on.

    Raises:
        ValueError: The very first one cannot begin: the arguments or the faces are wrong. Nothing is left of it.
        OSError: A file cannot be read or written.
    """
    progress = _Progress(sys.stderr, head)
    try:
        with stop_on_interrupt(run):
            status = move_run(run, faces_root, progress)
    except OSError:
        raise
    except Exception as error:
        if is_first and isinstance(error, ValueError) and run.status().step == 0:
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        return {"state": "failed", "run": run.id, "message": run.status().message}
    finally:
        progress.end()
    return {"state": status.state, "message": status.message, **run_result(run, status, say=None)}


class _Progress(Progress):
    """Says which run it is before the first line about it; a mistake in the arguments stays a single line."""

    def __init__(self, stream: Any, head: str) -> None:
        super().__init__(stream)
        self._head = head

    def __call__(self, status: RunStatus) -> None:
        """Tell one status."""
        if self._head and (status.step or "Preparing" in status.message):
            self._stream.write(f"{self._head}\n")
            self._head = ""
        super().__call__(status)


def _words(plan: _Plan, value: Value) -> str:
    pairs = {plan.varied: value, **plan.second}
    return ", ".join(f"{VARIED[name].label} {value_text(pairs[name])}" for name in pairs)


def _line(told: dict[str, Any], plan: _Plan) -> str:
    values = {name: told["settings"][name] for name in VARIED if name in told["settings"]}
    head = ", ".join(f"{VARIED[name].label} {value_text(value)}" for name, value in values.items())
    if told["state"] != "finished":
        return f"{head}: {told['state']}: {told['message']} (run {told['run']})"
    unseen = told["verification"].get("unseen") or {}
    accuracy = unseen.get("accuracy")
    nothing = "collapsed, all faces lie on one point" if told.get("collapsed") else "nobody unseen to measure it on"
    right = nothing if accuracy is None else f"{accuracy:.3f} right on unseen people"
    return f"{head}: {right}, loss {told['loss']:.4f}, {told['seconds']:.1f} s (run {told['run']})"
