"""Labeled Faces in the Wild: its files, its protocol and what others published."""
