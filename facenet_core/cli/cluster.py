"""``cluster``: pictures sorted by person."""

import argparse
from dataclasses import asdict
from typing import Any

import numpy as np

from facenet_core.cli.network import list_pictures
from facenet_core.cli.pictures import Embedded, counted, embedded, say
from facenet_core.cli.use import network_of, say_origin, threshold_of
from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.methods import CLUSTERINGS, why_not
from facenet_core.evaluation.clustering.scores import alone_as_groups
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.thresholds.in_use import ThresholdInUse, likeness, warnings_of


def cluster(options: argparse.Namespace) -> dict[str, Any]:
    """Sort pictures by person; by default any two at most the threshold apart are of one."""
    network, method = network_of(options), CLUSTERINGS[options.method]
    if method.people and options.people is None:
        raise ValueError(f"--method {options.method} has to be told how many people there are: give --people")
    if options.folder.suffix != ".npz":
        _check_number(options, len(list_pictures(options.folder).files))
    use = threshold_of(network, options) if method.threshold else None
    shown = embedded(network, options.folder, people_from_names=options.people_from_names)
    read = shown.names
    found = group_faces(
        shown.embeddings, options.method, smallest=options.smallest, people=options.people, seed=options.seed
    ).at(use.value if use else 0.0)
    labels = alone_as_groups(found)  # a face in no group is a person of its own
    groups = [[read[i] for i in np.flatnonzero(labels == label)] for label in range(int(labels.max()) + 1)]
    groups.sort(key=len, reverse=True)
    alike = None if use is None else likeness(use, shown.embeddings, people_known(shown))
    warned = [] if use is None else warnings_of(use, alike)
    notes = [*shown.notes, *warned, *all_or_nothing(groups, len(read), options, use)]
    if not options.json:
        print(f"{counted(len(groups), 'group')} of {counted(len(read), 'picture')} by {options.method}")
        if use is not None:
            say_origin(use)
        _print_groups(groups)
        say([*network.collapse_notes(), *notes], shown.skipped, shown.kinds)
    return {
        "run": options.run,
        "threshold": use.value if use else None,
        "threshold_from": use.to_json() if use else None,
        "alike": asdict(alike) if alike else None,
        "method": options.method,
        "people": len(groups),
        "groups": groups,
        "alone": [read[i] for i in np.flatnonzero(found < 0)],
        "images": len(read),
        "notes": notes,
        "skipped": shown.skipped,
        "kinds": dict(shown.kinds),
    }


def _check_number(options: argparse.Namespace, pictures: int) -> None:
    """Refuse what a method cannot do with so many pictures, before any is read."""
    reason = why_not(options.method, pictures)
    if reason is not None:
        raise ValueError(reason)
    if CLUSTERINGS[options.method].people and options.people > pictures:
        raise ValueError(f"--people must lie between 1 and the {pictures:,} pictures there are, got {options.people}")


def people_known(shown: Embedded) -> list[str] | None:
    """Return who is on each picture, where every one lies in the sub-folder of one of several people."""
    return shown.people if all(shown.people) and len(set(shown.people)) > 1 else None


def all_or_nothing(
    groups: list[list[str]], pictures: int, options: argparse.Namespace, use: ThresholdInUse | None
) -> list[str]:
    """Return what to do where all pictures are one group, or each is a group of its own."""
    if pictures < 2 or 1 < len(groups) < pictures or CLUSTERINGS[options.method].people:
        return []
    one = len(groups) == 1
    what = "All pictures are one group" if one else "Every picture is a group of its own"
    if use is None:
        size = "larger" if one else "smaller"
        return [f"{what}: try a {size} --smallest, or another --method, or a saved --threshold with single linkage."]
    side = "smaller" if one else "larger"
    chained = ", or --method complete, which joins no chains" if one and options.method in ("single", "dbscan") else ""
    return [
        f"{what}: unless that is so, the threshold {distance_words(use.value)} does not fit these pictures. Try "
        f"a {side} --threshold{chained}; evaluate {options.run} --path DIR --save-threshold NAME measures one on "
        "people like these."
    ]


def _print_groups(groups: list[list[str]]) -> None:
    for number, group in enumerate(groups, start=1):
        shown = ", ".join(group[:4]) + (", ..." if len(group) > 4 else "")
        print(f"person {number}: {counted(len(group), 'picture')}: {shown}")
