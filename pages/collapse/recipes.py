"""Ways to ruin a network, each with the one setting that would have saved it."""

from dataclasses import dataclass, replace
from typing import Any

from facenet_core.config import AugmentationConfig, FacesConfig, TrainingConfig

NEAR_ZERO, BETWEEN, AT_MARGIN = "close to 0", "between 0 and the margin", "at the margin"
GUESSES = (NEAR_ZERO, BETWEEN, AT_MARGIN)
MORE_EPOCHS = 60  # for a rescue: some runs need that long to find their way back

# Three numbers a face, so that the space itself can be looked at; two steps an epoch, a few seconds a run.
SMALL = TrainingConfig(
    faces=FacesConfig(people=12, images=8),
    embedding_size=3,
    people_per_batch=12,
    images_per_person=4,
    epochs=40,
    learning_rate=1e-3,
    schedule="constant",
    augmentation=AugmentationConfig(flip=False),
    device="cpu",
    precision="float32",
    mirror=False,
)
NO_BATCH_NORM = {"batch_norm": False}  # as the networks of most reports of a loss that stays at the margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A way to ruin a network.

    Attributes:
        name: Its name in the link.
        label: What it is called on the page.
        about: What is done, and to which network.
        broken: The settings that ruin the run.
        change: The one setting put right, as values of a ``TrainingConfig``.
        change_words: The same in words.
        happens: What happens and why, shown once it has been seen.
        rescue: What can be changed in mid-run; empty where nothing that could help can be.
    """

    name: str
    label: str
    about: str
    broken: TrainingConfig
    change: dict[str, Any]
    change_words: str
    happens: str
    rescue: dict[str, Any]

    @property
    def mended(self) -> TrainingConfig:
        """The same run with the one setting put right."""
        return replace(self.broken, **self.change)

    def run_name(self, *, broken: bool) -> str:
        """Return what the run is called in lists."""
        return f"Collapse: {self.label.lower()}" + ("" if broken else ", put right")


RECIPES = (
    Recipe(
        name="hardest",
        label="Hardest negatives",
        about="From the first step on, every anchor gets its farthest positive and its nearest negative, "
        "and the network has no batch normalisation to hold its faces apart.",
        broken=replace(SMALL, miner="batch-hard", network_options=NO_BATCH_NORM),
        change={"miner": "semi-hard"},
        change_words="semi-hard negatives",
        happens="An untrained network has the hardest negatives nearer than the positives. Pulling the positive and "
        "pushing the negative then cancel out, and what is left is the short cut: draw everybody together. Once all "
        "faces are one point, every distance is 0 and the gradient with them.",
        rescue={"miner": "semi-hard"},
    ),
    Recipe(
        name="rate",
        label="Learning rate too high",
        about="The ordinary network with the hardest negatives and a learning rate of 1, a thousand times the usual.",
        broken=replace(SMALL, miner="batch-hard", learning_rate=1.0),
        change={"learning_rate": 1e-3},
        change_words="a learning rate of 0.001",
        happens="A few steps throw the weights so far that the last layer answers every face with the same large "
        "constant. A smaller learning rate afterwards hardly helps: the weights are far from anywhere useful, and "
        "starting again is quicker than coming back.",
        rescue={"learning_rate": 1e-3},
    ),
    Recipe(
        name="margin",
        label="Margin too large",
        about="All triplets, and a margin of 3.9: nearly the whole diameter of the sphere (4).",
        broken=replace(SMALL, miner="batch-all", margin=3.9, learning_rate=1e-2, network_options=NO_BATCH_NORM),
        change={"margin": 0.2},
        change_words="a margin of 0.2",
        happens="No two strangers but opposite ones can be that far apart, so no triplet ever goes quiet. All of them "
        "push at once, and two clumps at opposite poles are the cheapest answer: the spread looks splendid, but the "
        "rank falls to 1, and within a clump nobody can be told from anybody.",
        rescue={"margin": 0.2},
    ),
    Recipe(
        name="length",
        label="No unit length",
        about="The ordinary network with semi-hard negatives, but nothing scales its embeddings to length 1. "
        "The learning rate is 0.01.",
        broken=replace(SMALL, learning_rate=1e-2, network_options={"unit_length": False}),
        change={"network_options": {"unit_length": True}},
        change_words="unit length",
        happens="Without unit length there are two ways to gain distance: turn, or grow. Growing is easier. Soon the "
        "distances are thousands of margins, hardly a negative lies within 0.2 of its positive, and the loss is 0 "
        "because nothing is asked any more, not because anything was learnt.",
        rescue={},
    ),
)


def settled_at(loss: float, margin: float) -> str:
    """Return which of ``GUESSES`` a loss has come to."""
    if loss < 0.1 * margin:
        return NEAR_ZERO
    return AT_MARGIN if loss > 0.9 * margin else BETWEEN


def recipe_called(name: str) -> Recipe:
    """Return the recipe of this name, the first one for any other."""
    return next((recipe for recipe in RECIPES if recipe.name == name), RECIPES[0])
