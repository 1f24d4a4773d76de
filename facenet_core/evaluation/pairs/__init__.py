"""Distances between faces, pair by pair or block by block."""
