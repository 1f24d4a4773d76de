"""What is left of a face: its embedding beside another one."""

import numpy as np

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.jobs.network_inspection import FaceLook
from pages.network import figures as figures_network
from pages.network.subject import Subject
from pages.shared.components.chart import chart
from pages.shared.words import figure_text

STRIP_HEIGHT = 460
SMALLEST = 1e-4  # a squared distance below is none


def embedding_strips(subject: Subject, look: FaceLook) -> None:
    """Draw the two embeddings and what their numbers add to the distance."""
    names = (figure_text(subject.name), figure_text(f"{subject.other_name} (the other picture)"))
    chart(
        figures_network.strips(*look.embeddings, names, subject.same),
        key="embedding_strips",
        alt=(
            f"Two embeddings of {look.embeddings.shape[1]} numbers as bars, their squared differences below: "
            f"together {look.untouched:.2f}."
        ),
        height=STRIP_HEIGHT,
    )


def points_about_strips(subject: Subject, look: FaceLook) -> list[str]:
    """Return how alike the two strips are, in numbers."""
    face, other = look.embeddings.astype(np.float64)
    parts = np.sort((face - other) ** 2)[::-1]
    lengths = float(np.linalg.norm(face) * np.linalg.norm(other))
    points = [
        f"{np.mean(np.sign(face) == np.sign(other)):.0%} of the numbers have the same sign; two strangers' "
        "strips, when nothing ties them, agree in about half."
    ]
    if lengths > 0:
        words = f"The strips have a cosine of {float(face @ other) / lengths:.2f} (1 is the same direction)"
        if abs(lengths - 1) < 0.01:
            apart = distance_words(look.untouched)
            words += f"; for embeddings of length 1 the squared distance is 2 − 2 × cosine, here {apart}"
        points.append(f"{words}.")
    if parts.sum() > SMALLEST:
        few = min(10, len(parts))
        points.append(
            f"The {few} numbers that differ most make {parts[:few].sum() / parts.sum():.0%} of the distance; "
            f"spread evenly it would be {few / len(parts):.0%}."
        )
    else:
        points.append("The two strips are the same: this network gives both pictures one embedding.")
    return points
