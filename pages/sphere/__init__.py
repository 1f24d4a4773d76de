"""Laboratory: the sphere."""
