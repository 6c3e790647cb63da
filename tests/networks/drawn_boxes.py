"""Boxes of what a graph draws, and which of them overlap."""

from __future__ import annotations

import numpy as np

ROUNDING = 0.02  # pixels or points


def overlapping_pairs(labels, discs):
    """Return pairs of labels, and of a label and a disc, that overlap.

    Labels are (left, top, right, bottom); discs (x, y, radius).
    """
    labels, discs = np.asarray(labels, float).reshape(-1, 4), np.asarray(discs, float)
    left, top, right, bottom = (each[:, None] for each in labels.T)
    across = np.minimum(right, right.T) - np.maximum(left, left.T)
    up = np.minimum(bottom, bottom.T) - np.maximum(top, top.T)
    both = np.triu((across > ROUNDING) & (up > ROUNDING), k=1)
    x, y, radius = discs.T
    near_x, near_y = np.clip(x, left, right), np.clip(y, top, bottom)
    on_disc = np.hypot(near_x - x, near_y - y) < radius - ROUNDING
    return [*map(tuple, np.argwhere(both)), *map(tuple, np.argwhere(on_disc))]
