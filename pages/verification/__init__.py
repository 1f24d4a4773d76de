"""Lesson Verification."""
