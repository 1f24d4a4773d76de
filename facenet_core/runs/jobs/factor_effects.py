"""How far each factor of a synthetic face moves a network's embedding: who it is against how it is seen."""

import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.evaluation import raw_pixels
from facenet_core.faces.heads import (
    CONDITION_FACTORS,
    IDENTITY_FACTORS,
    Conditions,
    Factor,
    Identity,
    conditions_of,
    identity_of,
    render,
)
from facenet_core.files import read_json, read_npz, write_npz
from facenet_core.runs.job_status import JobStatus, Reporter, embed_photos, telling
from facenet_core.runs.records import RunDamaged

STRANGERS = 1_000_003  # seed of the people it is measured on: no class is drawn from it
PEOPLE = 6
DRAWN = 200  # people looked at to know how far a factor usually goes
REACHES = {"ends": "From end to end", "usual": "As far as in the class"}
FACTORS = (*IDENTITY_FACTORS, *CONDITION_FACTORS)
_THREADS = 2

Ends = dict[str, tuple[Any, Any]]  # name -> the factor's two values
Embed = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorEffects:
    """Squared distance between the pictures with a factor at its one end and at its other.

    Attributes:
        names: F names of factors, in the order of ``FACTORS``.
        network: (P, F) squared distances of the embeddings, for each of P people.
        pixels: (P, F) squared distances of the raw pixels.
        weights: Stands for the weights that were measured.
    """

    names: tuple[str, ...]
    network: np.ndarray
    pixels: np.ndarray
    weights: str


def ends_of(reach: str) -> Ends:
    """Return the two values that each factor is moved between.

    Args:
        reach: ``ends`` for the whole range, ``usual`` for the middle 90 of 100 of what the class is drawn from. A
            choice goes from its first to its last either way.

    Raises:
        ValueError: There is no such reach.
    """
    if reach not in REACHES:
        raise ValueError(f"reach must be one of {', '.join(REACHES)}, got {reach!r}")
    whole = {factor.name: (factor.value(factor.low), factor.value(factor.high)) for factor in FACTORS}
    if reach == "ends":
        return whole
    faces = [(identity_of(STRANGERS, place), conditions_of(STRANGERS, place, 0)) for place in range(DRAWN)]
    for factor in FACTORS:
        if not factor.choices:
            drawn = [factor.number(value_of(factor, *face)) for face in faces]
            low, high = np.percentile(drawn, [5, 95])
            whole[factor.name] = factor.nearest(low), factor.nearest(high)
    return whole


def value_of(factor: Factor, identity: Identity, conditions: Conditions) -> Any:
    """Return what a factor is in a picture."""
    return getattr(identity if factor in IDENTITY_FACTORS else conditions, factor.name)


def changed(identity: Identity, conditions: Conditions, name: str, value: Any) -> tuple[Identity, Conditions]:
    """Return the picture with one factor changed."""
    if any(factor.name == name for factor in IDENTITY_FACTORS):
        return replace(identity, **{name: value}), conditions
    return identity, replace(conditions, **{name: value})


def effects(
    embed: Embed, ends: Ends, *, people: int = PEOPLE, tell: Callable[[int, int], None] = lambda done, total: None
) -> tuple[np.ndarray, np.ndarray]:
    """Measure every factor on people that no class contains.

    Args:
        embed: (n, 110, 110, 3) uint8 -> (n, D).
        ends: The two values of each factor.
        people: On how many people.
        tell: Called with pictures done and pictures in all.

    Returns:
        ``network`` and ``pixels`` of ``FactorEffects``.
    """
    network = np.empty((people, len(FACTORS)), np.float32)
    pixels = np.empty_like(network)
    for person in range(people):
        own = identity_of(STRANGERS, person), conditions_of(STRANGERS, person, 0)
        wanted = [changed(*own, factor.name, end) for factor in FACTORS for end in ends[factor.name]]
        pictures = np.empty((len(wanted), 110, 110, 3), np.uint8)
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="factors") as pool:
            for place, picture in enumerate(pool.map(lambda face: render(*face), wanted)):
                pictures[place] = picture
                if place % 16 == 0:
                    tell(person * len(wanted) + place, people * len(wanted))
        network[person] = _moved(embed(pictures))
        pixels[person] = _moved(raw_pixels(pictures))
        tell((person + 1) * len(wanted), people * len(wanted))
    return network, pixels


def _moved(points: np.ndarray) -> np.ndarray:
    moved: np.ndarray = ((points[0::2].astype(np.float64) - points[1::2]) ** 2).sum(axis=1)
    return moved


def measure_factors(path: str, run_path: str, reach: str) -> str:
    """Measure every factor for a run's last weights and keep what came out with the run; for ``start_job``."""

    def work(report: Reporter) -> dict[str, Any]:
        def tell(done: int, total: int) -> None:
            report.tell(JobStatus(state="running", done=done, total=total, what="pictures drawn and looked at"))

        weights = weights_of(run_path)
        network, pixels = effects(
            lambda pictures: embed_photos(run_path, pictures), ends_of(reach), people=PEOPLE, tell=tell
        )
        if not np.isfinite(network).all():
            raise RunDamaged("The embeddings of this run are not numbers: train it again with a lower learning rate.")
        file = _file(run_path, reach)
        file.parent.mkdir(exist_ok=True)
        names = np.array([factor.name for factor in FACTORS])
        write_npz(file, names=names, network=network, pixels=pixels, weights=np.array(weights))
        return {"reach": reach}

    return telling(path, "Every factor is measured.", work)


def stored_effects(run_path: str, reach: str) -> FactorEffects | None:
    """Return what was measured; None where nothing was, or it cannot be read, or the factors were others."""
    try:
        stored = read_npz(_file(run_path, reach))
        names = tuple(str(name) for name in stored["names"])
        found = FactorEffects(
            names=names, network=stored["network"], pixels=stored["pixels"], weights=str(stored["weights"])
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    fits = found.network.ndim == 2 and found.network.shape == found.pixels.shape
    return found if fits and names == tuple(factor.name for factor in FACTORS) else None


def weights_of(run_path: str) -> str:
    """Return what stands for a run's last stored weights; "" where it has none."""
    try:
        return str(
            sorted(str(value) for value in read_json(Path(run_path) / "checkpoint" / "state.json")["files"].items())
        )
    except (OSError, ValueError, KeyError, AttributeError):
        return ""


def _file(run_path: str, reach: str) -> Path:
    if reach not in REACHES:
        raise ValueError(f"reach must be one of {', '.join(REACHES)}, got {reach!r}")
    return Path(run_path) / "factors" / f"{reach}.npz"
