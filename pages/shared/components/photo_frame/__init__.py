"""A frame over a photo that can be moved and sized."""
