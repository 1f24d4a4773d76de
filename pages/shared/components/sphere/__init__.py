"""The space of three (or two) numbers a face as it is: a sphere that turns, or a circle, without any projection."""

from pages.shared.components.sphere.sphere import Film, sphere

__all__ = ["Film", "sphere"]
