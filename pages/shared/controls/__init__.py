"""Widgets that return configurations."""
