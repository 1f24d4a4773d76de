"""Figures that others published for LFW's ten folds: to have in view, not to compare with, for they saw other data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An accuracy on LFW as its authors gave it.

    Attributes:
        name: The method.
        accuracy: Share of right answers about 6,000 pairs, threshold from nine folds applied to the tenth.
        error: Standard error over the folds; None where none was given.
        learned_from: What it learned from.
        where: Who says so.
    """

    name: str
    accuracy: float
    error: float | None
    learned_from: str
    where: str


_LFW = "LFW's results page"
_FACENET = "Schroff, Kalenichenko, Philbin, CVPR 2015"
_PAIRS = "LFW's training pairs alone"
_ALIGNED = "LFW's people, pictures aligned by means of other faces"

PUBLISHED: tuple[Published, ...] = (
    Published(name="Eigenfaces", accuracy=0.6002, error=None, learned_from=_PAIRS, where=_LFW),
    Published(name="POP-PEP", accuracy=0.9110, error=None, learned_from=_PAIRS, where=_LFW),
    Published(name="ConvNet-RBM", accuracy=0.9175, error=None, learned_from=_ALIGNED, where=_LFW),
    Published(name="Fisher vector faces", accuracy=0.9303, error=0.0105, learned_from=_ALIGNED, where=_LFW),
    Published(name="High-dimensional LBP", accuracy=0.9318, error=0.0107, learned_from=_ALIGNED, where=_LFW),
    Published(name="MRF-Fusion-CSKDA", accuracy=0.9589, error=0.0194, learned_from=_PAIRS, where=_LFW),
    Published(
        name="People",
        accuracy=0.9753,
        error=None,
        learned_from="a life among faces; shown tight crops",
        where="quoted in other projects",
    ),
    Published(
        name="FaceNet, fixed centre crop",
        accuracy=0.9887,
        error=0.0015,
        learned_from="100 to 200 million pictures of about 8 million people",
        where=_FACENET,
    ),
    Published(
        name="FaceNet, face detector",
        accuracy=0.9963,
        error=0.0009,
        learned_from="100 to 200 million pictures of about 8 million people",
        where=_FACENET,
    ),
)
