"""Embeddings of all epochs in, positions out; and measures of how far to trust them. Runs in workers."""

from facenet_core.projection.alignment import align_rigid
from facenet_core.projection.maps import (
    MAP_METHODS,
    TRUSTED_UP_TO,
    FaceMap,
    draw_map,
    fixed_basis,
    judged,
    map_dimensions,
    options_of,
    warm_up,
)
from facenet_core.projection.neighbours import FaceTrust, face_trust, trustworthiness
from facenet_core.projection.pca import Basis, pca_basis, project
from facenet_core.projection.polished import polished_maps
from facenet_core.projection.stability import jitter, moves, spread, stability
from facenet_core.projection.tsne_map import tsne_map, why_not_tsne
from facenet_core.projection.umap_map import one_thread, umap_map, why_not_umap

__all__ = [
    "MAP_METHODS",
    "TRUSTED_UP_TO",
    "Basis",
    "FaceMap",
    "FaceTrust",
    "align_rigid",
    "draw_map",
    "face_trust",
    "fixed_basis",
    "jitter",
    "judged",
    "map_dimensions",
    "moves",
    "one_thread",
    "options_of",
    "pca_basis",
    "polished_maps",
    "project",
    "spread",
    "stability",
    "trustworthiness",
    "tsne_map",
    "umap_map",
    "warm_up",
    "why_not_tsne",
    "why_not_umap",
]
