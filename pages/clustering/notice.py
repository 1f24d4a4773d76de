"""What to notice about groups of faces, with the numbers on the screen."""

from facenet_core.evaluation.clustering.found_groups import FoundGroups
from facenet_core.evaluation.clustering.methods import CLUSTERINGS
from facenet_core.evaluation.pairs.ruler import distance_words
from pages.clustering.method import Sorted
from pages.clustering.tree import scores_at
from pages.shared.words import people_words


def points_to_notice(sorted_: Sorted, groups: FoundGroups, threshold: float, pairs: float | None) -> list[str]:
    """Return what the sorting shows now, with its numbers.

    Args:
        sorted_: What was found.
        groups: The groups at the threshold.
        threshold: The threshold.
        pairs: The threshold that is best for pairs of the run's people; None where it measured none.
    """
    method = CLUSTERINGS[sorted_.grouping.method]
    scores, wrong = scores_at(sorted_, threshold), int(groups.wrong.sum())
    if scores is None:
        return [
            f"{people_words(len(groups))} found among {len(sorted_.crowd):,} photos. Nobody can say how right that is "
            "before somebody says who is who: look through the groups.",
        ]
    at = f"At {distance_words(threshold)}, " if method.threshold else ""
    points = [
        f"{at}{method.label} finds {people_words(scores.found)} where {scores.people:,} are; {wrong:,} of "
        f"{len(sorted_.crowd):,} faces lie in somebody else's group."
    ]
    curve = sorted_.curve
    if curve is not None and curve.best is not None:
        best = scores_at(sorted_, curve.best)
        if best is not None and best.pair_f is not None:
            points.append(
                f"These faces are sorted best at {distance_words(curve.best)} (F {best.pair_f:.2f}, "
                f"{people_words(best.found)}): "
                "a figure that flatters, for only who knows everybody can find that threshold."
            )
    if method.threshold and pairs is not None:
        there = scores_at(sorted_, pairs)
        if there is not None:
            points.append(
                f"The threshold that is best for pairs, {distance_words(pairs)}, gives "
                f"{people_words(there.found)} here: "
                "a pair is judged once, but in a group one wrong link joins all behind it."
            )
    if not method.threshold:
        points.append("No threshold was given: " + ("the number of people was." if method.people else method.about))
    return points
