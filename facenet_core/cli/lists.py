"""``runs``, ``sources``, ``networks`` and ``workers``."""

import argparse
from typing import Any

from facenet_core.choices import NETWORKS, SOURCES
from facenet_core.runs.storage import RunFolder, list_runs


def runs(options: argparse.Namespace) -> dict[str, Any]:
    """List the runs, newest first."""
    from facenet_core.runs.run_collapse import message_of

    rows = []
    for run in list_runs(options.runs):
        status, name = run.status(), _name(run)
        message = message_of(run, status)
        row = {"run": run.id, "name": name, "state": status.state, "epoch": status.epoch, "epochs": status.epochs}
        rows.append(row | {"step": status.step, "message": message})
        if not options.json:
            called = f"  “{' '.join(name.split())}”" if name else ""
            print(f"{run.id}  {status.state:<8}  epoch {status.epoch} of {status.epochs}{called}  {message}")
    if not rows and not options.json:
        print(f"no runs in {options.runs} yet: python -m facenet_core train")
    return {"runs": rows}


def _name(run: RunFolder) -> str | None:
    try:
        return run.record().name
    except ValueError:  # damaged, or of a newer version: its message says so
        return None


def sources(options: argparse.Namespace) -> dict[str, Any]:
    """List where faces can come from."""
    rows = [{"name": name, "label": choice.label, "about": choice.about} for name, choice in SOURCES.items()]
    if not options.json:
        for row in rows:
            print(f"{row['name']:<10}  {row['about']}")
    return {"sources": rows}


def networks(options: argparse.Namespace) -> dict[str, Any]:
    """List the networks with their size, for 128 numbers in an embedding."""
    rows = []
    for name, choice in NETWORKS.items():
        parameters, multiply_adds = choice.size or _counted(name)
        row = {"name": name, "label": choice.label, "about": choice.about, "parameters": parameters}
        rows.append(row | {"multiply_adds": multiply_adds, "options": dict(choice.options or {})})
        if not options.json:
            size = f"{parameters:>11,} parameters  {multiply_adds / 1e6:>6.1f} M multiply-adds"
            print(f"{name:<10}  {size}  {choice.about}")
            for option, about in (choice.options or {}).items():
                print(f"{'':<12}--network-option {option}=...  {about}")
    return {"networks": rows}


def _counted(name: str) -> tuple[int, int]:
    """Return the size of a network that is not written down in its choice."""
    from facenet_core.networks import describe_network  # loads torch, which takes seconds

    table = describe_network(name)
    return table.parameters, table.multiply_adds


def workers(options: argparse.Namespace) -> dict[str, Any]:
    """Start the workers of a server and stay until interrupted."""
    from facenet_core.runs.engine.workers.main import run_workers

    run_workers(port=options.port, faces_root=options.faces_root, warm_up=options.warm_up)
    return {"state": "ended"}
