"""Sizes of what a graph is drawn with, in heights of the font of its labels.

The page, exported figures and reports draw by these numbers, so one placement of labels holds for
all of them. Marks grow with the scale of the picture until they have their full size.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SMALLEST = 0.3  # of the full size: the least that marks shrink to
GROWTH = 0.5  # of the full size, at a scale of one height of the font per unit of the layout
LEAST_LINE, MORE_LINE = 0.08, 0.22  # width of the thinnest line, and what the broadest adds
MARGIN = 1.5  # around all genes; discs and the ends of labels reach into it
MOST_STRETCH = 1.6  # of one axis against the other, to fill a picture
LABEL_LENGTH = 26  # letters

LEAST_RADIUS, MORE_RADIUS = 0.3, 0.75
_WIDEST = 1.0  # of letters that are not listed
# Widths of Helvetica's letters, which Arial shares, in heights of the font.
_WIDTHS = {
    **dict.fromkeys("ijl'", 0.24),
    **dict.fromkeys("fIt.,:;!|/\\[] ", 0.3),
    **dict.fromkeys('r-()`"{}*°', 0.4),
    **dict.fromkeys("ckJsvxyz", 0.5),
    **dict.fromkeys("abdeghnopquL0123456789_#$?^", 0.56),
    **dict.fromkeys("ABEFKPSTVXYZ&+<=>~", 0.67),
    **dict.fromkeys("CDGHNOQRUw", 0.74),
    **dict.fromkeys("mM", 0.84),
    **dict.fromkeys("W%@…", 1.02),
}


def radii(sizes: Floats) -> Floats:
    """Return the full radius of genes.

    Parameters
    ----------
    sizes : (n_genes,) float64
        From 0 to 1, by the area of a gene's disc.

    Returns
    -------
    (n_genes,) float64
        In heights of the font.
    """
    found: Floats = LEAST_RADIUS + MORE_RADIUS * np.sqrt(np.maximum(sizes, 0.0))
    return found


def mark_scale(scale: float) -> float:
    """Return how large marks are at a scale of the picture, as a share of their full size.

    Parameters
    ----------
    scale : float
        Heights of the font per unit of the layout.
    """
    return min(1.0, max(SMALLEST, GROWTH * scale))


def fitted(extent: tuple[float, float], room: tuple[float, float]) -> tuple[float, float]:
    """Return the horizontal and the vertical scale that fill a room with a layout.

    Parameters
    ----------
    extent : (width, height)
        Of the layout.
    room : (width, height)
        Without margins.

    Returns
    -------
    (float, float)
        Length in the room per unit of the layout; one at most `MOST_STRETCH` times the other.

    Examples
    --------
    >>> fitted((10, 10), (100, 120))
    (10.0, 12.0)
    """
    x, y = (
        space / length if length > 0 else np.inf for space, length in zip(room, extent, strict=True)
    )
    if np.isinf(x) and np.isinf(y):
        return 1.0, 1.0
    return float(min(x, y * MOST_STRETCH)), float(min(y, x * MOST_STRETCH))


def shortened(name: str) -> str:
    """Return a name as it is written next to a gene."""
    line = " ".join(name.split())
    return line if len(line) <= LABEL_LENGTH else f"{line[: LABEL_LENGTH - 1]}…"


def text_width(label: str) -> float:
    """Return how wide a label is at most, in heights of the font.

    Examples
    --------
    >>> round(text_width("crp"), 2)
    1.46
    """
    return sum(_WIDTHS.get(letter, _WIDEST) for letter in label)
