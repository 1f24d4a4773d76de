"""The triplet plane as a reader handles it: drawn and recoloured in the browser."""

from pages.shared.components.triplet_plane.plane import PlaneView, plane

__all__ = ["PlaneView", "plane"]
