"""Verification, recognition, clustering and the census of triplets: arrays in, numbers out."""

from facenet_core.evaluation.census import (
    AnchorCensus,
    MarginCensus,
    TripletCensus,
    census_by_anchor,
    census_over_margins,
    count_embedding_triplets,
    count_triplets,
)
from facenet_core.evaluation.clustering import connected_components
from facenet_core.evaluation.comparison import (
    Difference,
    Resampled,
    compare_groups,
    compare_resampled,
    resample_group,
)
from facenet_core.evaluation.distances import (
    DistanceHistograms,
    PairDistances,
    distance_histograms,
    pair_distances,
    spread,
)
from facenet_core.evaluation.lfw import FoldResult, LfwResult, evaluate_pairs
from facenet_core.evaluation.lfw_files import (
    PairList,
    picture_name,
    pictures_by_name,
    pictures_missing,
    pictures_needed,
    read_pairs,
    read_people,
)
from facenet_core.evaluation.recognition import Candidate, Identification, identify
from facenet_core.evaluation.roc import PairRoc, all_pairs_roc
from facenet_core.evaluation.thresholds import Rates, ValAtFar, WorstPairs, best_threshold, rates_at, worst_pairs
from facenet_core.evaluation.verification import Interval, Verification, verify_group

__all__ = [
    "AnchorCensus",
    "Candidate",
    "Difference",
    "DistanceHistograms",
    "FoldResult",
    "Identification",
    "Interval",
    "LfwResult",
    "MarginCensus",
    "PairDistances",
    "PairList",
    "PairRoc",
    "Rates",
    "Resampled",
    "TripletCensus",
    "ValAtFar",
    "Verification",
    "WorstPairs",
    "all_pairs_roc",
    "best_threshold",
    "census_by_anchor",
    "census_over_margins",
    "compare_groups",
    "compare_resampled",
    "connected_components",
    "count_embedding_triplets",
    "count_triplets",
    "distance_histograms",
    "evaluate_pairs",
    "identify",
    "pair_distances",
    "picture_name",
    "pictures_by_name",
    "pictures_missing",
    "pictures_needed",
    "rates_at",
    "read_pairs",
    "read_people",
    "resample_group",
    "spread",
    "verify_group",
    "worst_pairs",
]
