"""A wall of faces that can be chosen."""
