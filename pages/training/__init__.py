"""Lesson Training."""
