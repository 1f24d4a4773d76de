"""Lesson Faces."""
