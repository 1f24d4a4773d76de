"""What the values of options may be, each with the sentence that a wrong one gets."""

import argparse
import math
from collections.abc import Callable

from facenet_core.config import OptionValue
from facenet_core.runs.thresholds.saved import is_name


def whole_number(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers within bounds."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be a whole number, got {text!r}") from None
        if least is not None and value < least:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least {least}, got {text}")
        if most is not None and value > most:
            raise argparse.ArgumentTypeError(f"must be a whole number of at most {most}, got {text}")
        return value

    return read


def number(text: str) -> float:
    """Read a number; the configuration knows its bounds, and refuses what is not finite."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, got {text!r}") from None


def rate(text: str) -> float:
    """Read a false accept rate."""
    value = number(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"must be a false accept rate above 0 and at most 1, got {text}")
    return value


def threshold(text: str) -> float | str:
    """Read a threshold: a squared distance, or the name of one that was saved."""
    try:
        value = float(text)
    except ValueError:
        return saved_name(text)
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"must be a squared distance of at least 0, got {text}")
    return value


def saved_name(text: str) -> str:
    """Read the name of a saved threshold."""
    if not is_name(text):
        raise argparse.ArgumentTypeError(
            f"must be a name of at most 60 letters, digits, dots, dashes and underscores and no number, got {text!r}"
        )
    return text


def epoch_number(text: str) -> int:
    """Read ``--epoch``: a whole number, or ``all``, which is -1."""
    if text == "all":
        return -1
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number or all, got {text!r}")
    return int(text)


def network_option(text: str) -> tuple[str, OptionValue]:
    """Read ``NAME=VALUE``."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, got {text!r}")
    return name.replace("-", "_"), _value(value)


def _value(text: str) -> OptionValue:
    words = {"true": True, "false": False, "yes": True, "no": False}
    if text.lower() in words:
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
