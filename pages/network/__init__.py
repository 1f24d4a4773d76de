"""Lesson Network."""
