"""Verification, recognition, clustering and the census of triplets: arrays in, numbers out."""

from facenet_core.evaluation.all_pairs import all_pairs_roc
from facenet_core.evaluation.anchors import Anchor, anchors
from facenet_core.evaluation.census import (
    AnchorCensus,
    MarginCensus,
    TripletCensus,
    census_by_anchor,
    census_over_margins,
    count_embedding_triplets,
    count_triplets,
)
from facenet_core.evaluation.classifying import Classified, Classifier, classify, classify_group
from facenet_core.evaluation.clustering import connected_components
from facenet_core.evaluation.clustering_methods import CLUSTERINGS
from facenet_core.evaluation.collapse import CollapseReport, diagnose_collapse, settings_now
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
from facenet_core.evaluation.eigenfaces import Eigenfaces, fit_eigenfaces
from facenet_core.evaluation.enrolment import Enrolment, enrol
from facenet_core.evaluation.galleries import Gallery, Neighbours
from facenet_core.evaluation.gallery_costs import GalleryCost, gallery_costs
from facenet_core.evaluation.gallery_growth import (
    Growth,
    expected_false_identifications,
    gallery_growth,
    growing_sizes,
)
from facenet_core.evaluation.grouping import Grouping, group_faces
from facenet_core.evaluation.grouping_scores import GroupingScores, score_groups
from facenet_core.evaluation.identification import Ranking, is_right, rank_people, right_within
from facenet_core.evaluation.intervals import Interval
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
from facenet_core.evaluation.open_set import OpenSet, ShareOverPeople, open_set, share_over_people
from facenet_core.evaluation.pair_extremes import ExtremePairs, extreme_pairs
from facenet_core.evaluation.pair_mistakes import worst_of_all_pairs
from facenet_core.evaluation.picture_variance import PixelVariance, pixel_variance
from facenet_core.evaluation.raw_pixels import raw_pixel_accuracy, raw_pixel_verification, raw_pixels
from facenet_core.evaluation.recognition import Candidate, Identification, identify, identify_in
from facenet_core.evaluation.roc import PairRoc
from facenet_core.evaluation.teaching import BatchExpectation, BatchSize, Pulls, batch_expectation, pulls_over_margins
from facenet_core.evaluation.thresholds import Rates, ValAtFar, WorstPairs, best_threshold, rates_at, worst_pairs
from facenet_core.evaluation.triplet_plane import (
    SingleTriplets,
    TripletPlane,
    single_triplets,
    triplet_plane,
    triplets_near,
)
from facenet_core.evaluation.verification import Verification, verify_group

__all__ = [
    "CLUSTERINGS",
    "Anchor",
    "AnchorCensus",
    "BatchExpectation",
    "BatchSize",
    "Candidate",
    "Classified",
    "Classifier",
    "CollapseReport",
    "Difference",
    "DistanceHistograms",
    "Eigenfaces",
    "Enrolment",
    "ExtremePairs",
    "FoldResult",
    "Gallery",
    "GalleryCost",
    "Grouping",
    "GroupingScores",
    "Growth",
    "Identification",
    "Interval",
    "LfwResult",
    "MarginCensus",
    "Neighbours",
    "OpenSet",
    "PairDistances",
    "PairList",
    "PairRoc",
    "PixelVariance",
    "Pulls",
    "Ranking",
    "Rates",
    "Resampled",
    "ShareOverPeople",
    "SingleTriplets",
    "TripletCensus",
    "TripletPlane",
    "ValAtFar",
    "Verification",
    "WorstPairs",
    "all_pairs_roc",
    "anchors",
    "batch_expectation",
    "best_threshold",
    "census_by_anchor",
    "census_over_margins",
    "classify",
    "classify_group",
    "compare_groups",
    "compare_resampled",
    "connected_components",
    "count_embedding_triplets",
    "count_triplets",
    "diagnose_collapse",
    "distance_histograms",
    "enrol",
    "evaluate_pairs",
    "expected_false_identifications",
    "extreme_pairs",
    "fit_eigenfaces",
    "gallery_costs",
    "gallery_growth",
    "group_faces",
    "growing_sizes",
    "identify",
    "identify_in",
    "is_right",
    "open_set",
    "pair_distances",
    "picture_name",
    "pictures_by_name",
    "pictures_missing",
    "pictures_needed",
    "pixel_variance",
    "pulls_over_margins",
    "rank_people",
    "rates_at",
    "raw_pixel_accuracy",
    "raw_pixel_verification",
    "raw_pixels",
    "read_pairs",
    "read_people",
    "resample_group",
    "right_within",
    "score_groups",
    "settings_now",
    "share_over_people",
    "single_triplets",
    "spread",
    "triplet_plane",
    "triplets_near",
    "verify_group",
    "worst_of_all_pairs",
    "worst_pairs",
]
