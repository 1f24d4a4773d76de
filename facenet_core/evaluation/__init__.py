"""Verification, recognition, clustering and the census of triplets: arrays in, numbers out."""

from facenet_core.evaluation.anchors import Anchor, anchors
from facenet_core.evaluation.biography import (
    ActiveTriplet,
    FaceCourse,
    TripletCourse,
    active_longest,
    face_course,
    quiet_from,
    triplet_course,
)
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
from facenet_core.evaluation.collapse import CollapseReport, diagnose_collapse, settings_now
from facenet_core.evaluation.comparison import (
    Difference,
    Resampled,
    compare_groups,
    compare_resampled,
    resample_group,
)
from facenet_core.evaluation.confusion import ConfusedPairs, confused_longest, person_confusion
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
from facenet_core.evaluation.pair_extremes import ExtremePairs, extreme_pairs
from facenet_core.evaluation.person_spread import PersonSpread, spread_by_person
from facenet_core.evaluation.picture_variance import PixelVariance, pixel_variance
from facenet_core.evaluation.raw_pixels import raw_pixel_accuracy, raw_pixel_verification, raw_pixels
from facenet_core.evaluation.recognition import Candidate, Identification, identify
from facenet_core.evaluation.roc import PairRoc, all_pairs_roc
from facenet_core.evaluation.silhouettes import Silhouette, silhouette
from facenet_core.evaluation.teaching import BatchExpectation, BatchSize, Pulls, batch_expectation, pulls_over_margins
from facenet_core.evaluation.thresholds import Rates, ValAtFar, WorstPairs, best_threshold, rates_at, worst_pairs
from facenet_core.evaluation.triplet_plane import (
    SingleTriplets,
    TripletPlane,
    single_triplets,
    triplet_plane,
    triplets_near,
)
from facenet_core.evaluation.verification import Interval, Verification, verify_group

__all__ = [
    "ActiveTriplet",
    "Anchor",
    "AnchorCensus",
    "BatchExpectation",
    "BatchSize",
    "Candidate",
    "CollapseReport",
    "ConfusedPairs",
    "Difference",
    "DistanceHistograms",
    "ExtremePairs",
    "FaceCourse",
    "FoldResult",
    "Identification",
    "Interval",
    "LfwResult",
    "MarginCensus",
    "PairDistances",
    "PairList",
    "PairRoc",
    "PersonSpread",
    "PixelVariance",
    "Pulls",
    "Rates",
    "Resampled",
    "Silhouette",
    "SingleTriplets",
    "TripletCensus",
    "TripletCourse",
    "TripletPlane",
    "ValAtFar",
    "Verification",
    "WorstPairs",
    "active_longest",
    "all_pairs_roc",
    "anchors",
    "batch_expectation",
    "best_threshold",
    "census_by_anchor",
    "census_over_margins",
    "compare_groups",
    "compare_resampled",
    "confused_longest",
    "connected_components",
    "count_embedding_triplets",
    "count_triplets",
    "diagnose_collapse",
    "distance_histograms",
    "evaluate_pairs",
    "extreme_pairs",
    "face_course",
    "identify",
    "pair_distances",
    "person_confusion",
    "picture_name",
    "pictures_by_name",
    "pictures_missing",
    "pictures_needed",
    "pixel_variance",
    "pulls_over_margins",
    "quiet_from",
    "rates_at",
    "raw_pixel_accuracy",
    "raw_pixel_verification",
    "raw_pixels",
    "read_pairs",
    "read_people",
    "resample_group",
    "settings_now",
    "silhouette",
    "single_triplets",
    "spread",
    "spread_by_person",
    "triplet_course",
    "triplet_plane",
    "triplets_near",
    "verify_group",
    "worst_pairs",
]
