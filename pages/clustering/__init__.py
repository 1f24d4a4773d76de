"""Lesson Clustering."""
