"""What can be chosen by name: what a learner reads about it, and where it is implemented.

Adding a network, a miner, a loss or a source is one function and one line here; every page and
command then offers it. The implementation is named, not imported, so that this file stays light.
"""

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from facenet_core.picture_kinds import READABLE


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen.

    Attributes:
        label: Its name on a page.
        about: One sentence for a learner.
        implementation: ``module:function``.
        options: Names of the options it takes, with what each does.
        mines: Of a loss: whether it learns from the triplets of a miner, or from the batch as it is.
        defaults: Values of the options that are left out; one that is given must be of the same kind, a number above 0.
        size: Of a network, for 128 numbers in an embedding: parameters and multiply-adds of one picture. Where it is
            not written down here, it is counted with torch whenever networks are listed.
    """

    label: str
    about: str
    implementation: str
    options: Mapping[str, str] | None = None
    mines: bool = True
    defaults: Mapping[str, bool | float] | None = None
    size: tuple[int, int] | None = None

    def load(self) -> Callable[..., Any]:
        """Import the implementation and return it."""
        module, _, name = self.implementation.partition(":")
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return function


SOURCES: dict[str, Choice] = {
    "synthetic": Choice(
        "Synthetic class",
        "Made-up people in 3-D; pose, light, expression and background differ. Nobody's photograph is needed.",
        "facenet_core.faces.synthetic:load",
    ),
    "folder": Choice(
        "A folder of faces",
        f"One sub-folder per person; pictures as {READABLE}.",
        "facenet_core.faces.folders.source:load",
    ),
    "photos": Choice(
        "Own photos",
        "A set that was kept on the page Own photos; its path is the set's name.",
        "facenet_core.faces.photos.kept:load",
    ),
    "lfw": Choice(
        "Labeled Faces in the Wild",
        "13,233 press photographs of 5,749 people, downloaded once (about 200 MB).",
        "facenet_core.faces.lfw:load",
    ),
    "olivetti": Choice(
        "Olivetti faces",
        "40 people, 10 grey pictures each, downloaded once (about 4 MB).",
        "facenet_core.faces.olivetti:load",
    ),
}

NETWORKS: dict[str, Choice] = {
    "classroom": Choice(
        "Classroom",
        "Small and fast on any processor: it keeps where in the face a feature is instead of averaging it away.",
        "facenet_core.networks.classroom:build",
        {
            "unit_length": "Scale every embedding to length 1, as the paper does.",
            "batch_norm": "Normalise every layer over the batch; without it a network collapses far more easily.",
        },
        defaults={"unit_length": True, "batch_norm": True},
        size=(229_248, 10_951_296),
    ),
    "seed": Choice(
        "The small project's network",
        "The network of the notebook project that this laboratory grew from, every peculiarity an option.",
        "facenet_core.networks.seed:build",
        {
            "unit_length": "Scale every embedding to length 1, as the paper does (the small project did not).",
            "scale": "Multiply the output by this number (the small project: 128).",
            "tanh": "Squash the output with tanh (the small project did).",
        },
        defaults={"unit_length": False, "scale": 128.0, "tanh": True},
        size=(6_519_328, 635_971_968),
    ),
}

MINERS: dict[str, Choice] = {
    "semi-hard": Choice(
        "Semi-hard negatives",
        "For every anchor and positive, the hardest negative that is farther than the positive "
        "but within the margin: the paper's choice.",
        "facenet_core.triplets.miners:semi_hard",
    ),
    "batch-hard": Choice(
        "Hardest in the batch",
        "For every anchor, its farthest positive and its nearest negative.",
        "facenet_core.triplets.miners:batch_hard",
    ),
    "batch-all": Choice(
        "Every triplet",
        "All valid triplets of the batch; those already easy teach nothing.",
        "facenet_core.triplets.miners:batch_all",
    ),
    "random": Choice(
        "Random negatives",
        "For every anchor and positive, any negative: soon nearly all of them are easy.",
        "facenet_core.triplets.miners:random_negative",
    ),
    "semi-hard-random": Choice(
        "Semi-hard negatives, drawn",
        "For every anchor and positive, any one of the negatives that are farther than the positive "
        "but within the margin.",
        "facenet_core.triplets.miners:semi_hard_random",
    ),
    "easy-positive": Choice(
        "Easy positives",
        "For every anchor, its nearest positive and the nearest negative beyond it: a person may form several groups.",
        "facenet_core.triplets.miners:easy_positive",
    ),
    "distance-weighted": Choice(
        "Negatives of every distance",
        "For every anchor and positive, one negative, drawn so that near and far ones come about equally often.",
        "facenet_core.triplets.miners:distance_weighted",
    ),
    "offline-hardest": Choice(
        "Hardest of all images, once an epoch",
        "Before an epoch all images are embedded; each is an anchor once, with its farthest positive and its nearest "
        "negative of all, as in the small project. An epoch shows three times as many images.",
        "facenet_core.triplets.offline:offline_hardest",
    ),
}

LOSSES: dict[str, Choice] = {
    "triplet": Choice(
        "Triplet loss",
        "The positive should be nearer than the negative by at least the margin, in squared distance.",
        "facenet_core.triplets.losses:triplet_loss",
    ),
    "triplet-distance": Choice(
        "Triplet loss, plain distance",
        "The same with distances that are not squared: near and far triplets pull with equal force.",
        "facenet_core.triplets.losses:distance_triplet_loss",
    ),
    "soft-margin": Choice(
        "Soft margin",
        "No margin: the farther the negative is behind the positive, the less a triplet teaches, but it never stops.",
        "facenet_core.triplets.losses:soft_margin_loss",
    ),
    "n-pair": Choice(
        "N-pair",
        "All negatives of a pair at once: the nearest count most. It has no margin either.",
        "facenet_core.triplets.losses:n_pair_loss",
    ),
    "contrastive": Choice(
        "Contrastive",
        "Pairs instead of triplets: the same person to one point, different people at least a distance apart.",
        "facenet_core.triplets.contrastive:contrastive",
        {"pair_margin": "How far apart different people must be, in distance that is not squared: 0..2."},
        mines=False,
    ),
    "softmax": Choice(
        "Softmax",
        "A classifier with one output for each person trained on, on top of the embedding; it grows with the people.",
        "facenet_core.triplets.classification:softmax",
        {"logit_scale": "Length that embeddings are brought to before they are classified."},
        mines=False,
    ),
    "arcface": Choice(
        "ArcFace",
        "A classifier by angles that must be right with an angle to spare; it grows with the people, too.",
        "facenet_core.triplets.classification:arcface",
        {
            "logit_scale": "What the cosines are multiplied by before they are classified.",
            "angular_margin": "The angle to spare, in radians; 0 asks for none.",
        },
        mines=False,
    ),
}

CLOSED_FORMS: dict[tuple[str, str], str] = {
    ("batch-all", "triplet"): "facenet_core.triplets.closed_form:batch_all_triplet_loss",
    ("semi-hard", "triplet"): "facenet_core.triplets.closed_form:hardest_semi_hard_triplet_loss",
    ("batch-hard", "triplet"): "facenet_core.triplets.closed_form:batch_hard_triplet_loss",
    ("batch-hard", "soft-margin"): "facenet_core.triplets.closed_form:batch_hard_soft_margin_loss",
}
"""Miner and loss that are computed together without building a triplet: the same numbers, sooner."""


_SEED = "Decides the random numbers."
_METRIC = "What near means among the embeddings."
_UMAP_OPTIONS = {
    "neighbours": "How many faces count as near: few show small groups, many the large order.",
    "min_dist": "How near two faces may lie on the map.",
    "metric": _METRIC,
    "seed": _SEED,
}
_TSNE_OPTIONS = {"neighbours": "How many faces count as near (the perplexity).", "metric": _METRIC, "seed": _SEED}

MAPS: dict[str, Choice] = {
    "umap": Choice(
        "UMAP",
        "Neighbours stay neighbours; every epoch starts from the map before, so it can follow a training live.",
        "facenet_core.projection.umap_map:umap_map",
        _UMAP_OPTIONS,
    ),
    "umap-polished": Choice(
        "UMAP, polished",
        "All epochs are drawn together, each face held near its own place in the epochs beside: "
        "the calmest map, made once the training rests.",
        "facenet_core.projection.polished:polished_maps",
        _UMAP_OPTIONS,
    ),
    "tsne": Choice(
        "t-SNE",
        "Neighbours stay neighbours; every epoch starts from the map before and is laid over it.",
        "facenet_core.projection.tsne_map:tsne_map",
        _TSNE_OPTIONS,
    ),
    "tsne-refit": Choice(
        "t-SNE, drawn anew each epoch",
        "As the small project did it: every epoch from nothing, so that clusters jump without a reason.",
        "facenet_core.projection.tsne_map:tsne_map",
        _TSNE_OPTIONS,
    ),
    "pca": Choice(
        "PCA",
        "The sphere seen along the directions in which one epoch varies most; the same look for every epoch.",
        "facenet_core.projection.pca:project",
        {"basis_epoch": "The epoch whose directions are looked along; the last one if left out."},
    ),
}


def learns_from_triplets(loss: str) -> bool:
    """Return whether a loss learns from the triplets of a miner; one that is not known here is taken to."""
    return loss not in LOSSES or LOSSES[loss].mines


def choose(kind: str, choices: Mapping[str, Choice], name: str) -> Choice:
    """Return the choice called ``name``.

    Raises:
        ValueError: There is none; the message lists those there are.
    """
    if name not in choices:
        raise ValueError(f"{kind} must be one of {', '.join(choices)}, got {name!r}")
    return choices[name]


def check_network_options(name: str, options: Mapping[str, Any]) -> None:
    """Raise ValueError where a network in ``NETWORKS`` does not take these options, or not with these values."""
    choice = choose("network", NETWORKS, name)
    unknown = set(options) - set(choice.options or {})
    if unknown:
        known = ", ".join(choice.options or {}) or "none"
        raise ValueError(f"network {name!r} has no option {', '.join(sorted(unknown))}; its options: {known}")
    for option, default in (choice.defaults or {}).items():
        if option in options:
            _check_kind(option, options[option], default)


def _check_kind(option: str, value: Any, default: bool | float) -> None:
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"network option {option} must be true or false, got {value!r}")
    elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError(f"network option {option} must be a number above 0, got {value!r}")
