"""Pictures that are unlike the rest of a set in size or shape: rooms among faces, thumbnails among photographs."""

from collections.abc import Sequence

import numpy as np

SHAPE = 1.25  # times as wide for its height as the median, or as narrow
SIZE = 2.0  # times as large as the median, or as small
MOST = 0.2  # of all: where more are unlike, sizes simply differ

Size = tuple[int, int]  # width and height in pixels


def unlike_sizes(sizes: Sequence[Size]) -> tuple[list[int], Size]:
    """Return which pictures are unlike the rest, and the size that most have.

    Args:
        sizes: Of every picture of a set.

    Returns:
        Places in ``sizes``, none where sizes differ all over the set; and the median width and height of the others.
    """
    if not len(sizes):
        return [], (0, 0)
    given = np.asarray(sizes, dtype=np.float64)
    shape, side = np.log(given[:, 0] / given[:, 1]), np.log(given.prod(axis=1)) / 2
    unlike = np.abs(shape - np.median(shape)) > np.log(SHAPE)
    unlike |= np.abs(side - np.median(side)) > np.log(SIZE)
    if unlike.mean() > MOST:
        return [], (0, 0)
    width, height = np.median(given[~unlike], axis=0).round().astype(int).tolist()
    return np.flatnonzero(unlike).tolist(), (width, height)
