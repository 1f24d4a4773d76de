"""Embeddings of all epochs in, positions out; and measures of how far to trust them. Runs in workers."""

from facenet_core.projection.alignment import align_rigid
from facenet_core.projection.maps import MAP_METHODS, FaceMap, draw_map, fixed_basis, map_dimensions, warm_up
from facenet_core.projection.neighbours import trustworthiness
from facenet_core.projection.pca import Basis, pca_basis, project
from facenet_core.projection.umap_map import umap_map, why_not_umap

__all__ = [
    "MAP_METHODS",
    "Basis",
    "FaceMap",
    "align_rigid",
    "draw_map",
    "fixed_basis",
    "map_dimensions",
    "pca_basis",
    "project",
    "trustworthiness",
    "umap_map",
    "warm_up",
    "why_not_umap",
]
