"""Numbers and outcomes as a reader hears them; text of others made safe to show."""

import html
import re

import numpy as np

from facenet_core.evaluation.pairs.ruler import distance_words

GROUP_WORDS = ("seen", "held-out image", "unseen person")
GROUP_NAMES = ("seen people", "held-out images", "unseen people")


def plain(text: str) -> str:
    """Return ``text`` so that Streamlit's Markdown shows it letter by letter."""
    one_line = re.sub(r"\s+", " ", str(text))
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])", r"\\\1", one_line)


def figure_text(text: str) -> str:
    """Return ``text`` so that Plotly, which reads a little HTML, shows it letter by letter."""
    return html.escape(str(text), quote=False)


def clipped(text: object, most: int = 40) -> str:
    """Return the beginning of a long name, with a sign that it goes on."""
    whole = str(text)
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def seconds_left(seconds: float) -> str:
    """Return a duration as one reads a clock from afar: ``12 s``, ``3 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def step_sentence(steps: dict[str, np.ndarray], *, mines: bool = True) -> str:
    """Return what the last step did: ``step 84: 212 of the batch's 1,900 triplets still teach``.

    A loss that does not mine is not taught by triplets; how many of them keep the margin is told all the same.
    """
    if len(steps["step"]) == 0:
        return "No step yet."
    step, active, valid = (int(steps[name][-1]) for name in ("step", "active", "valid"))
    if valid == 0:
        return f"step {step}: the batch had no triplet: it needs two people with two images each"
    if not mines:
        kept = f"{valid - active:,} of the batch's {valid:,} triplets keep the margin"
        return f"step {step:,}: loss {steps['loss'][-1]:.3f}; {kept}"
    if active == 0:
        return f"step {step}: none of the batch's {valid:,} triplets still teaches: all keep the margin"
    return f"step {step:,}: {active:,} of the batch's {valid:,} triplets still {'teaches' if active == 1 else 'teach'}"


def share(count: int, total: int) -> str:
    """Return ``12.3 % (41 of 333)``; ``no such pairs`` for an empty total."""
    if total == 0:
        return "no such pairs"
    return f"{100 * count / total:.1f} % ({count:,} of {total:,})"


def trust_sentence(trustworthiness: float, method: str) -> str:
    """Return how far a map may be trusted."""
    kept = round(100 * trustworthiness) if np.isfinite(trustworthiness) else None
    if kept is None:
        return "How far to trust this map cannot be said: there are too few faces."
    if trustworthiness >= 0.95:
        verdict = "faces that lie together on this map really lie together"
    elif trustworthiness >= 0.85:
        verdict = "most neighbours on this map are real, some are not"
    else:
        verdict = "many neighbours on this map are not neighbours in truth"
    flat = " Distances between clusters mean little." if method.startswith("umap") else ""
    return f"Trustworthiness {trustworthiness:.2f} of 1: {verdict}.{flat}"


def bytes_words(count: float) -> str:
    """Return a size as one says it: ``26 MB``, ``4.4 GB``."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            value = count / size
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return f"{count:.0f} bytes"


def counted(count: int, thing: str) -> str:
    """Return how many of a thing: ``1 photo``, ``1,200 photos``."""
    return f"1 {thing}" if count == 1 else f"{count:,} {thing}s"


def people_words(count: int) -> str:
    """Return how many people: ``1 person``, ``1,200 people``."""
    return "1 person" if count == 1 else f"{count:,} people"


def signed(gap: float) -> str:
    """Return a difference of squared distances."""
    return ("−" if gap < 0 else "") + distance_words(abs(gap))
