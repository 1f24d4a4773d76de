"""Three points to drag: the triplet loss in the reader's hands."""

from pages.triplets.sandbox.sandbox import sandbox

__all__ = ["sandbox"]
