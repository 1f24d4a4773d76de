"""Verification, recognition, clustering and the census of triplets: arrays in, numbers out."""

from facenet_core.evaluation.clustering.connected_components import connected_components
from facenet_core.evaluation.clustering.grouping import Grouping, group_faces
from facenet_core.evaluation.clustering.methods import CLUSTERINGS
from facenet_core.evaluation.clustering.scores import GroupingScores, score_groups
from facenet_core.evaluation.clustering.silhouettes import Silhouette, silhouette
from facenet_core.evaluation.lfw.files import (
    PairList,
    picture_name,
    pictures_by_name,
    pictures_missing,
    pictures_needed,
    read_pairs,
    read_people,
)
from facenet_core.evaluation.lfw.pairs import FoldResult, LfwResult, evaluate_pairs
from facenet_core.evaluation.pairs.distances import (
    DistanceHistograms,
    PairDistances,
    distance_histograms,
    pair_distances,
    spread,
)
from facenet_core.evaluation.pairs.extremes import ExtremePairs, extreme_pairs
from facenet_core.evaluation.pictures.eigenfaces import Eigenfaces, fit_eigenfaces
from facenet_core.evaluation.pictures.raw_pixels import raw_pixel_accuracy, raw_pixel_verification, raw_pixels
from facenet_core.evaluation.pictures.variance import PixelVariance, pixel_variance
from facenet_core.evaluation.recognition.classifier_answers import Classified, Classifier, classify, classify_group
from facenet_core.evaluation.recognition.confusion import ConfusedPairs, confused_longest, person_confusion
from facenet_core.evaluation.recognition.enrolment import Enrolment, enrol
from facenet_core.evaluation.recognition.galleries import Gallery, Neighbours
from facenet_core.evaluation.recognition.gallery_costs import GalleryCost, gallery_costs
from facenet_core.evaluation.recognition.gallery_growth import (
    Growth,
    expected_false_identifications,
    gallery_growth,
    growing_sizes,
)
from facenet_core.evaluation.recognition.identification import Ranking, is_right, rank_people, right_within
from facenet_core.evaluation.recognition.open_set import OpenSet, ShareOverPeople, open_set, share_over_people
from facenet_core.evaluation.recognition.recognition import Candidate, Identification, identify, identify_in
from facenet_core.evaluation.triplets.anchors import Anchor, anchors
from facenet_core.evaluation.triplets.biography import (
    ActiveTriplet,
    FaceCourse,
    TripletCourse,
    active_longest,
    face_course,
    quiet_from,
    triplet_course,
)
from facenet_core.evaluation.triplets.census import (
    AnchorCensus,
    MarginCensus,
    TripletCensus,
    census_by_anchor,
    census_over_margins,
    count_embedding_triplets,
    count_triplets,
)
from facenet_core.evaluation.triplets.collapse import CollapseReport, diagnose_collapse, settings_now
from facenet_core.evaluation.triplets.gradients import (
    BatchExpectation,
    BatchSize,
    Pulls,
    batch_expectation,
    pulls_over_margins,
)
from facenet_core.evaluation.triplets.person_spread import PersonSpread, spread_by_person
from facenet_core.evaluation.triplets.plane import (
    SingleTriplets,
    TripletPlane,
    single_triplets,
    triplet_plane,
    triplets_near,
)
from facenet_core.evaluation.verification.all_pairs import all_pairs_roc
from facenet_core.evaluation.verification.binomial import at_least, clopper_pearson, largest_share, trials_needed
from facenet_core.evaluation.verification.bootstrap import person_draws
from facenet_core.evaluation.verification.comparison import (
    Difference,
    Leading,
    Resampled,
    compare_groups,
    compare_resampled,
    leading,
    resample_group,
)
from facenet_core.evaluation.verification.decision_cost import BestThreshold, Prices, cheapest_threshold, expected_costs
from facenet_core.evaluation.verification.intervals import Interval
from facenet_core.evaluation.verification.mistakes_of_all_pairs import worst_of_all_pairs
from facenet_core.evaluation.verification.needed_pairs import (
    NeededPairs,
    different_pairs,
    independent_worth,
    needed_pairs,
    people_needed,
)
from facenet_core.evaluation.verification.person_errors import PersonErrors, person_errors
from facenet_core.evaluation.verification.ratings import (
    RatedPairs,
    area_difference,
    auc_interval,
    balanced_pairs,
    rated_pairs,
    right_votes,
)
from facenet_core.evaluation.verification.roc import PairRoc
from facenet_core.evaluation.verification.roc_band import RocBand, roc_band
from facenet_core.evaluation.verification.slices import (
    ErrorRate,
    SliceCounter,
    SliceRates,
    rate_difference,
    slice_rates,
)
from facenet_core.evaluation.verification.threshold_rules import RULES, ChosenThreshold, choose_threshold
from facenet_core.evaluation.verification.thresholds import (
    Rates,
    ValAtFar,
    WorstPairs,
    best_threshold,
    rates_at,
    worst_pairs,
)
from facenet_core.evaluation.verification.verification import HALVINGS, Verification, halves_of, verify_group

__all__ = [
    "CLUSTERINGS",
    "HALVINGS",
    "RULES",
    "ActiveTriplet",
    "Anchor",
    "AnchorCensus",
    "BatchExpectation",
    "BatchSize",
    "BestThreshold",
    "Candidate",
    "ChosenThreshold",
    "Classified",
    "Classifier",
    "CollapseReport",
    "ConfusedPairs",
    "Difference",
    "DistanceHistograms",
    "Eigenfaces",
    "Enrolment",
    "ErrorRate",
    "ExtremePairs",
    "FaceCourse",
    "FoldResult",
    "Gallery",
    "GalleryCost",
    "Grouping",
    "GroupingScores",
    "Growth",
    "Identification",
    "Interval",
    "Leading",
    "LfwResult",
    "MarginCensus",
    "NeededPairs",
    "Neighbours",
    "OpenSet",
    "PairDistances",
    "PairList",
    "PairRoc",
    "PersonErrors",
    "PersonSpread",
    "PixelVariance",
    "Prices",
    "Pulls",
    "Ranking",
    "RatedPairs",
    "Rates",
    "Resampled",
    "RocBand",
    "ShareOverPeople",
    "Silhouette",
    "SingleTriplets",
    "SliceCounter",
    "SliceRates",
    "TripletCensus",
    "TripletCourse",
    "TripletPlane",
    "ValAtFar",
    "Verification",
    "WorstPairs",
    "active_longest",
    "all_pairs_roc",
    "anchors",
    "area_difference",
    "at_least",
    "auc_interval",
    "balanced_pairs",
    "batch_expectation",
    "best_threshold",
    "census_by_anchor",
    "census_over_margins",
    "cheapest_threshold",
    "choose_threshold",
    "classify",
    "classify_group",
    "clopper_pearson",
    "compare_groups",
    "compare_resampled",
    "confused_longest",
    "connected_components",
    "count_embedding_triplets",
    "count_triplets",
    "diagnose_collapse",
    "different_pairs",
    "distance_histograms",
    "enrol",
    "evaluate_pairs",
    "expected_costs",
    "expected_false_identifications",
    "extreme_pairs",
    "face_course",
    "fit_eigenfaces",
    "gallery_costs",
    "gallery_growth",
    "group_faces",
    "growing_sizes",
    "halves_of",
    "identify",
    "identify_in",
    "independent_worth",
    "is_right",
    "largest_share",
    "leading",
    "needed_pairs",
    "open_set",
    "pair_distances",
    "people_needed",
    "person_confusion",
    "person_draws",
    "person_errors",
    "picture_name",
    "pictures_by_name",
    "pictures_missing",
    "pictures_needed",
    "pixel_variance",
    "pulls_over_margins",
    "quiet_from",
    "rank_people",
    "rate_difference",
    "rated_pairs",
    "rates_at",
    "raw_pixel_accuracy",
    "raw_pixel_verification",
    "raw_pixels",
    "read_pairs",
    "read_people",
    "resample_group",
    "right_votes",
    "right_within",
    "roc_band",
    "score_groups",
    "settings_now",
    "share_over_people",
    "silhouette",
    "single_triplets",
    "slice_rates",
    "spread",
    "spread_by_person",
    "trials_needed",
    "triplet_course",
    "triplet_plane",
    "triplets_near",
    "verify_group",
    "worst_of_all_pairs",
    "worst_pairs",
]
