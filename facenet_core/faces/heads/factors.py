"""What a factor is: one number or one choice that decides something about a picture, and what a learner reads of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One independent cause of how a picture looks.

    Attributes:
        name: The field of ``Identity`` or ``Conditions`` that holds it.
        label: Its name on a page.
        about: What it does, in one sentence for a learner.
        part: What it belongs to, such as "Nose"; a page can group by it.
        default: A plain value that every face can have.
        low: The smallest number; 0 for a choice.
        high: The largest number; the last place for a choice.
        unit: What the number counts; "" for a choice.
        choices: The names to choose from; empty for a number.
    """

    name: str
    label: str
    about: str
    part: str
    default: float | str
    low: float
    high: float
    unit: str
    choices: tuple[str, ...] = ()

    def number(self, value: float | str) -> float:
        """Return a value as a number, so that it can stand in a table; a choice becomes its place."""
        return float(self.choices.index(str(value)) if self.choices else value)

    def value(self, number: float) -> float | str:
        """Return what ``number`` stands for; the reverse of ``number``.

        Raises:
            ValueError: There is no such choice.
        """
        if not self.choices:
            return float(number)
        place = round(number)
        if not 0 <= place < len(self.choices):
            raise ValueError(f"{self.name} must be one of 0..{len(self.choices) - 1}, got {number}")
        return self.choices[place]

    def nearest(self, number: float) -> Any:
        """Return the value nearest to a number that is allowed, so that a stored or a moved number always counts."""
        return self.value(min(max(float(number), self.low), self.high))

    def check(self, value: Any) -> None:
        """Raise ValueError where a value lies outside."""
        if self.choices:
            if value not in self.choices:
                raise ValueError(f"{self.name} must be one of {', '.join(self.choices)}, got {value!r}")
        elif not self.low <= value <= self.high:  # NaN is refused too
            raise ValueError(f"{self.name} must lie in {self.low:g}..{self.high:g} {self.unit}, got {value}")


def number(default: float, low: float, high: float, unit: str, part: str, label: str, about: str) -> Any:
    """Declare a field that holds a number; see ``Factor``."""
    told = {"default": default, "low": low, "high": high, "unit": unit, "part": part, "label": label, "about": about}
    return field(default=default, metadata=told)


def choice(default: str, choices: tuple[str, ...], part: str, label: str, about: str) -> Any:
    """Declare a field that holds one of several names; see ``Factor``."""
    told = {
        "default": default,
        "low": 0,
        "high": len(choices) - 1,
        "unit": "",
        "part": part,
        "label": label,
        "about": about,
    }
    return field(default=default, metadata=told | {"choices": choices})


def factors_of(kind: type) -> tuple[Factor, ...]:
    """Return the factors that a dataclass declares with ``number`` and ``choice``, in its order."""
    return tuple(Factor(name=each.name, **each.metadata) for each in fields(kind))


class Chance:
    """Draws factors; only plain random numbers are asked for, which every numpy version makes alike."""

    def __init__(self, *seed: int) -> None:
        self._random: Callable[[], float] = np.random.Generator(np.random.PCG64(list(seed))).random

    def happens(self, probability: float) -> bool:
        """Return True that often."""
        return self._random() < probability

    def between(self, low: float, high: float) -> float:
        """Return any number between two, all alike."""
        return low + (high - low) * self._random()

    def about(self, middle: float, spread: float) -> float:
        """Return a number near ``middle``, a bell-shaped one of that standard deviation."""
        return middle + spread * (sum(self._random() for _ in range(6)) - 3.0) * 1.4142

    def pick(self, weights: dict[str, float]) -> str:
        """Return a name, as often as its weight says."""
        return pick(weights, self._random())


def pick(weights: dict[str, float], place: float) -> str:
    """Return the name at a place 0..1, each taking as much room as its weight says."""
    rest = place * sum(weights.values())
    for name, weight in weights.items():
        rest -= weight
        if rest < 0:
            return name
    return name


def kept_in_range(kind: type, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Move drawn numbers to the nearest one that their factor allows and that float32 holds, as sets store them."""
    for factor in factors_of(kind):
        if factor.name in values:
            value = values[factor.name]
            yield factor.name, value if factor.choices else factor.nearest(float(np.float32(value)))
