"""Thresholds of a run: its own, saved ones, and the one that a verdict uses."""
