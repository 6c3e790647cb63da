"""Multiply matrices with the same bits on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.kernels._jit import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TILE = 256  # columns side by side: 128 rows of them fit in a core's cache
_CHUNK = 128


@kernel
def add_products(
    left: NDArray[np.float64], right: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Add the product of two matrices to a third.

    Parameters
    ----------
    left : (n_rows, n) float64
        The first matrix.
    right : (n_tiles, n, 256) float64
        The second one, in tiles of 256 columns.
    out : (n_rows, 256 n_tiles) float64
        What is added to.

    Notes
    -----
    Each element is a sum in the order of the columns of ``left``, with every product rounded, on
    any machine and for any number of rows, as a library of linear algebra does not promise. Four
    rows by four columns at a time share what is read; of the last ones some may be repeated, which
    writes the same numbers again.
    """
    n_rows, n = left.shape
    last_row, last = n_rows - 1, n - 1
    for tile in range(right.shape[0]):
        at = TILE * tile
        for start in range(0, n, _CHUNK):
            for r0 in range(0, n_rows, 4):
                r1, r2, r3 = min(r0 + 1, last_row), min(r0 + 2, last_row), min(r0 + 3, last_row)
                for k0 in range(start, min(start + _CHUNK, n), 4):
                    k1, k2, k3 = min(k0 + 1, last), min(k0 + 2, last), min(k0 + 3, last)
                    is1 = 1.0 if k0 + 1 < n else 0.0
                    is2 = 1.0 if k0 + 2 < n else 0.0
                    is3 = 1.0 if k0 + 3 < n else 0.0
                    a0, a1 = left[r0, k0], left[r0, k1] * is1
                    a2, a3 = left[r0, k2] * is2, left[r0, k3] * is3
                    b0, b1 = left[r1, k0], left[r1, k1] * is1
                    b2, b3 = left[r1, k2] * is2, left[r1, k3] * is3
                    c0, c1 = left[r2, k0], left[r2, k1] * is1
                    c2, c3 = left[r2, k2] * is2, left[r2, k3] * is3
                    d0, d1 = left[r3, k0], left[r3, k1] * is1
                    d2, d3 = left[r3, k2] * is2, left[r3, k3] * is3
                    for j in range(TILE):
                        x0, x1 = right[tile, k0, j], right[tile, k1, j]
                        x2, x3 = right[tile, k2, j], right[tile, k3, j]
                        a = (((out[r0, at + j] + a0 * x0) + a1 * x1) + a2 * x2) + a3 * x3
                        b = (((out[r1, at + j] + b0 * x0) + b1 * x1) + b2 * x2) + b3 * x3
                        c = (((out[r2, at + j] + c0 * x0) + c1 * x1) + c2 * x2) + c3 * x3
                        d = (((out[r3, at + j] + d0 * x0) + d1 * x1) + d2 * x2) + d3 * x3
                        out[r0, at + j] = a
                        out[r1, at + j] = b
                        out[r2, at + j] = c
                        out[r3, at + j] = d
