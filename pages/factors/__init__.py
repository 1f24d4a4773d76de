"""Laboratory: factors of a face."""
