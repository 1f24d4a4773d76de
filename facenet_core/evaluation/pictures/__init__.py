"""What pixels alone tell: raw pixels, Eigenfaces, variance."""
