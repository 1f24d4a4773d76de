"""Everything that decides a run, as frozen dataclasses that check themselves and travel as JSON."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "float32", "bfloat16")
OPTIMISERS = ("adamw", "adagrad", "sgd")
SCHEDULES = ("warm-up-cosine", "constant")

OptionValue = bool | int | float | str


MOST_PEOPLE_PER_BATCH = 25
"""People in a batch where nothing else is asked for and so many are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacesConfig:
    """Which faces a run trains on.

    Attributes:
        source: A name in ``choices.SOURCES``.
        path: The folder of source ``folder``, or the offline copy of a downloaded set.
        people: How many people are trained on; None takes all but those set aside.
        images: How many images of each are trained on; None takes all but those set aside.
        people_list: Train only on the people with these names; None allows everybody.
        people_from_names: Of a folder: whose a picture is stands in its own name, not in its folder's.
    """

    source: str = "synthetic"
    path: str | None = None
    people: int | None = None
    images: int | None = None
    people_list: tuple[str, ...] | None = None
    people_from_names: bool = False

    def __post_init__(self) -> None:
        if self.people_from_names and self.source != "folder":
            raise ValueError(f"people_from_names is for a folder of pictures, got source {self.source!r}")
        if self.people is not None and self.people < 2:
            raise ValueError(f"people must be at least 2, or no pair is different, got {self.people}")
        if self.images is not None and self.images < 2:
            raise ValueError(f"images must be at least 2, or no pair is of the same person, got {self.images}")
        if self.people_list is not None and not self.people_list:
            raise ValueError("people_list names nobody: list at least two people, or leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentationConfig:
    """How training images are varied, each image of each batch anew.

    Attributes:
        flip: Mirror half of the images.
        shift: Move by up to this many pixels in each direction.
        cut_out: Side in pixels of a grey square put somewhere on the image; 0 for none.
        brightness: Largest relative change of brightness, in [0, 1).
    """

    flip: bool = True
    shift: int = 0
    cut_out: int = 0
    brightness: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.shift <= 30:
            raise ValueError(f"shift must lie between 0 and 30 pixels, got {self.shift}")
        if not 0 <= self.cut_out <= 80:
            raise ValueError(f"cut_out must lie between 0 and 80 pixels, got {self.cut_out}")
        if not 0 <= self.brightness < 1:
            raise ValueError(f"brightness must lie in [0, 1), got {self.brightness}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Everything that decides a training run.

    Attributes:
        faces: Which faces are trained on.
        network: A name in ``choices.NETWORKS``.
        embedding_size: Numbers in an embedding (D), in 2..512.
        network_options: Options of the network by name, such as ``{"unit_length": False}``.
        miner: A name in ``choices.MINERS``.
        loss: A name in ``choices.LOSSES``.
        margin: Required gap between squared distances, in (0, 4); its step-by-step changes are part of the run. Losses
            without triplets do not learn from it: it decides which triplets are counted as easy, semi-hard and hard.
        logit_scale: What embeddings of unit length are multiplied by for softmax, and cosines for ArcFace, in 1..128.
        angular_margin: The angle that ArcFace asks for, in radians, in 0..1.5.
        pair_margin: The distance (not squared) that the contrastive loss asks for, above 0 and at most 2.
        people_per_batch: People in a batch (P), at least 2; None means 25, or everybody where there are fewer.
        images_per_person: Images of each person in a batch (K), at least 2.
        epochs: Epochs asked for; the learning-rate schedule ends with them.
        seed: Decides the split, the first weights, the batches and the augmentation.
        optimiser: One of ``OPTIMISERS``.
        learning_rate: Highest learning rate of the schedule.
        weight_decay: Decoupled weight decay (AdamW) or L2 penalty (others).
        schedule: One of ``SCHEDULES``.
        augmentation: How training images are varied.
        device: One of ``DEVICES``; asked for and absent is an error.
        precision: One of ``PRECISIONS``; ``auto`` takes the faster on this machine.
        mirror: Average the embedding of an image and of its mirror image when measuring.
        step_points: Store the tracked faces' embeddings after every step too, to watch a small space step by step;
            only for 2 or 3 numbers a face, so that run folders stay small.
    """

    faces: FacesConfig = field(default_factory=FacesConfig)
    network: str = "classroom"
    embedding_size: int = 128
    network_options: Mapping[str, OptionValue] = field(default_factory=dict)
    miner: str = "semi-hard"
    loss: str = "triplet"
    margin: float = 0.2
    logit_scale: float = 16.0
    angular_margin: float = 0.3
    pair_margin: float = 1.0
    people_per_batch: int | None = None
    images_per_person: int = 4
    epochs: int = 15
    seed: int = 0
    optimiser: str = "adamw"
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    schedule: str = "warm-up-cosine"
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    device: str = "auto"
    precision: str = "auto"
    mirror: bool = True
    step_points: bool = False

    def __post_init__(self) -> None:
        check_margin(self.margin)
        check_learning_rate(self.learning_rate)
        _check_loss_settings(self)
        if not 2 <= self.embedding_size <= 512:
            raise ValueError(f"embedding_size must lie between 2 and 512, got {self.embedding_size}")
        if self.step_points and self.embedding_size > 3:
            raise ValueError(
                f"step_points needs an embedding size of 2 or 3, or run folders grow too large, "
                f"got {self.embedding_size}"
            )
        if self.people_per_batch is not None and self.people_per_batch < 2:
            raise ValueError(
                f"people_per_batch must be at least 2, or a batch has no negatives, got {self.people_per_batch}"
            )
        if self.images_per_person < 2:
            raise ValueError(
                f"images_per_person must be at least 2, or a batch has no positives, got {self.images_per_person}"
            )
        if self.epochs < 1:
            raise ValueError(f"epochs must be at least 1, got {self.epochs}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed must be a whole number of at least 0, got {self.seed}")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ValueError(f"weight_decay must be at least 0, got {self.weight_decay}")
        _check_choice("optimiser", self.optimiser, OPTIMISERS)
        _check_choice("schedule", self.schedule, SCHEDULES)
        _check_choice("device", self.device, DEVICES)
        _check_choice("precision", self.precision, PRECISIONS)

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as plain dictionaries, lists, strings and numbers."""
        faces = asdict(self.faces)
        if not self.faces.people_from_names:  # as it was before there was such a choice: studies are named after it
            del faces["people_from_names"]
        return asdict(self) | {"faces": faces, "network_options": dict(self.network_options)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote.

        Raises:
            ValueError: A setting is unknown (written by a newer version) or out of range.
        """
        _check_known(cls, values)
        faces, augmentation = values.get("faces", {}), values.get("augmentation", {})
        _check_known(FacesConfig, faces)
        _check_known(AugmentationConfig, augmentation)
        names = faces.get("people_list")
        return cls(
            **{
                **values,
                "faces": FacesConfig(**{**faces, "people_list": None if names is None else tuple(names)}),
                "augmentation": AugmentationConfig(**augmentation),
            }
        )


def check_margin(margin: float) -> float:
    """Return ``margin`` when it can be one; raise ValueError otherwise."""
    if not 0 < margin < 4:  # also refuses NaN
        raise ValueError(
            f"margin must lie between 0 and 4 (both excluded), the range of squared distances, got {margin}"
        )
    return margin


def check_people_per_batch(people_per_batch: int, there: int) -> int:
    """Return ``people_per_batch`` when so many of the people ``there`` have two images; raise ValueError otherwise."""
    if people_per_batch > there:
        raise ValueError(
            f"people_per_batch is {people_per_batch}, but only {there} people have two images to train on: "
            "choose fewer people per batch or more people"
        )
    return people_per_batch


def check_learning_rate(learning_rate: float) -> float:
    """Return ``learning_rate`` when it can be one; raise ValueError otherwise."""
    if not 0 < learning_rate <= 10:
        raise ValueError(f"learning_rate must be above 0 and at most 10, got {learning_rate}")
    return learning_rate


def _check_loss_settings(config: TrainingConfig) -> None:
    """Refuse settings of single losses that are out of range; NaN is, too."""
    if not 1 <= config.logit_scale <= 128:
        raise ValueError(f"logit_scale must lie between 1 and 128, got {config.logit_scale}")
    if not 0 <= config.angular_margin <= 1.5:
        raise ValueError(f"angular_margin must lie between 0 and 1.5 radians, got {config.angular_margin}")
    if not 0 < config.pair_margin <= 2:
        raise ValueError(
            f"pair_margin must be above 0 and at most 2, the largest distance on the sphere, got {config.pair_margin}"
        )


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")


def _check_known(kind: type, values: Mapping[str, Any]) -> None:
    unknown = set(values) - {f.name for f in fields(kind)}
    if unknown:
        raise ValueError(
            f"{kind.__name__} does not know {', '.join(sorted(unknown))}: written by a newer version of this program?"
        )
