"""Lesson Epochs."""
