"""The logarithm of counts, with the same bits on every processor.

`numpy.log1p` and the C library's function choose their instructions by the processor, and with
them the last bit of the result. Data sets are known by a hash of their bits, and forests are grown
on them, so that bit would name another data set and give another network. Here every step is an
addition, a multiplication or a division of arrays, which IEEE 754 rounds in one way only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # ln 2 = high + low; a multiple of it is exact
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
# log(1 + f) = f - f²/2 + s (f²/2 + R(s²)) with s = f / (2 + f); R by Remez, error below 2**-58.45.
_R = tuple(
    map(
        float.fromhex,
        (
            "0x1.5555555555593p-1",
            "0x1.999999997fa04p-2",
            "0x1.2492494229359p-2",
            "0x1.c71c51d8e78afp-3",
            "0x1.7466496cb03dep-3",
            "0x1.39a09d078c69fp-3",
            "0x1.2f112df3e5244p-3",
        ),
    )
)
_SQRT2 = 1 + 0x6A09E / 2**20  # where a significand is halved, for a small f
_NO_SCALING = float.fromhex("0x1.a827ap-2")  # below √2 - 1, log1p(x) needs no power of two
_NEAR_ONE = 2.0**-20  # where f³ is the last term that counts
_NEAR_TWO = 3 * 2.0**-20
_TINY, _VANISHING = 2.0**-29, 2.0**-54
_WHOLE = 2.0**53  # from here on 1 + x is x
_AT_ONCE = 1 << 13  # values whose intermediate results stay in the processor's cache


def log1p(values: NDArray[np.floating]) -> Floats:
    """Return log(1 + x), the natural logarithm.

    Parameters
    ----------
    values : array of float
        From 0; NaN and infinity stay as they are.

    Returns
    -------
    array of float64
        Within one unit in the last place of the exact result; the same bits on every processor.

    Notes
    -----
    The algorithm of ``s_log1p.c`` of the Freely Distributable LIBM (Sun Microsystems, 1993), whose
    error is below one unit in the last place. The operations come in the order of the GNU C
    library on a processor without fused multiplication and addition, so the bits are those that
    `math.log1p` gives there.

    Examples
    --------
    >>> log1p(np.array([0.0, 1.0, 1e6])).tolist()
    [0.0, 0.6931471805599453, 13.815511557963774]
    """
    x = np.ascontiguousarray(values, dtype=np.float64)
    result = np.empty(x.shape)
    flat, filled = x.reshape(-1), result.reshape(-1)
    for first in range(0, flat.size, _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        filled[part] = _log1p(flat[part])
    return result


def _log1p(x: Floats) -> Floats:
    """Return log(1 + x) of a few values; every branch is computed for all of them."""
    with np.errstate(all="ignore"):  # of a branch that is not the value's own
        plain = x < _NO_SCALING
        u = np.where(x < _WHOLE, 1.0 + x, x)
        significand, exponent = np.frexp(u)
        significand, k = 2.0 * significand, exponent.astype(np.float64) - 1.0
        lost = np.where(k > 0.0, 1.0 - (u - x), x - (u - 1.0))  # by the rounding of 1 + x
        c = np.where(x < _WHOLE, lost, 0.0) / u
        halved = significand >= _SQRT2
        f = np.where(halved, 0.5 * significand, significand) - 1.0
        is_near = np.where(halved, significand > 2.0 - _NEAR_TWO, significand < 1.0 + _NEAR_ONE)
        k = np.where(halved, k + 1.0, k)
        f = np.where(plain, x, f)

        half_square = 0.5 * f * f
        cubic = half_square * (1.0 - 0.66666666666666666 * f)
        near = k * _LN2_HIGH - ((cubic - (k * _LN2_LOW + c)) - f)

        s = f / (2.0 + f)
        rest = s * (half_square + _remainder(s * s))
        scaled = k * _LN2_HIGH - ((half_square - (rest + (k * _LN2_LOW + c))) - f)
        unscaled = f - (half_square - rest)
        result = np.where(plain, unscaled, np.where(is_near, near, scaled))
        result = np.where(x < _TINY, x - x * x * 0.5, result)
        return np.where((x < _VANISHING) | (x == np.inf) | np.isnan(x), x, result)


def _remainder(z: Floats) -> Floats:
    """Return R(z), in the order in which the GNU C library adds it up."""
    z2 = z * z
    z4 = z2 * z2
    z6 = z4 * z2
    first = z * _R[0]
    second = _R[1] + z * _R[2]
    third = _R[3] + z * _R[4]
    fourth = _R[5] + z * _R[6]
    return first + z2 * second + z4 * third + z6 * fourth
