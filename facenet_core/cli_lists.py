"""``runs``, ``sources``, ``networks`` and ``workers``."""

import argparse
from typing import Any

from facenet_core.choices import NETWORKS, SOURCES


def runs(options: argparse.Namespace) -> dict[str, Any]:
    """List the runs, newest first."""
    from facenet_core.runs.run_collapse import message_of
    from facenet_core.runs.storage import list_runs

    rows = []
    for run in list_runs(options.runs):
        status = run.status()
        row = {"run": run.id, "state": status.state, "epoch": status.epoch, "epochs": status.epochs}
        message = message_of(run, status)
        rows.append(row | {"step": status.step, "message": message})
        if not options.json:
            print(f"{run.id}  {status.state:<8}  epoch {status.epoch} of {status.epochs}  {message}")
    if not rows and not options.json:
        print(f"no runs in {options.runs} yet: python -m facenet_core train")
    return {"runs": rows}


def sources(options: argparse.Namespace) -> dict[str, Any]:
    """List where faces can come from."""
    rows = [{"name": name, "label": choice.label, "about": choice.about} for name, choice in SOURCES.items()]
    if not options.json:
        for row in rows:
            print(f"{row['name']:<10}  {row['about']}")
    return {"sources": rows}


def networks(options: argparse.Namespace) -> dict[str, Any]:
    """List the networks with their size, for 128 numbers in an embedding."""
    from facenet_core.networks import describe_network

    rows = []
    for name, choice in NETWORKS.items():
        table = describe_network(name)
        row = {"name": name, "label": choice.label, "about": choice.about, "parameters": table.parameters}
        row |= {"multiply_adds": table.multiply_adds, "options": dict(choice.options or {})}
        rows.append(row)
        if not options.json:
            size = f"{table.parameters:>11,} parameters  {table.multiply_adds / 1e6:>6.1f} M multiply-adds"
            print(f"{name:<10}  {size}  {choice.about}")
            for option, about in (choice.options or {}).items():
                print(f"{'':<12}--network-option {option}=...  {about}")
    return {"networks": rows}


def workers(options: argparse.Namespace) -> dict[str, Any]:
    """Start the workers of a server and stay until interrupted."""
    from facenet_core.runs.workers import run_workers

    run_workers(port=options.port, faces_root=options.faces_root, warm_up=options.warm_up)
    return {"state": "ended"}
