"""Lesson Recognition."""
