"""Triplets of stored embeddings: census, plane, gradients, biographies, collapse."""
