"""Larger pieces that several lessons show."""
