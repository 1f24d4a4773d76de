"""Faces sorted by person without names: methods, trees and scores."""
