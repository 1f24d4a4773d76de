"""Photo frame."""
