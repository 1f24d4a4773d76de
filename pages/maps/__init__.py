"""Laboratory: maps."""
