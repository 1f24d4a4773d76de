"""Lesson Comparison."""
