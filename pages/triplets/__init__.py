"""Lesson Triplets."""
