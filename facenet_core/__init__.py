"""Embedding networks, triplets, training and measuring for faces: the laboratory without its pages."""
