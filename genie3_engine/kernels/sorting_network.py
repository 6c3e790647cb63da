"""Build sorting and merging networks: fixed sequences of compare-and-exchange steps."""

from __future__ import annotations

NETWORK_SIZES = (4, 8, 12, 16)


def sorting_network(n: int) -> list[tuple[int, int]]:
    """Return the exchanges that sort ``n`` rows.

    Notes
    -----
    Batcher's merge exchange, Knuth, The Art of Computer Programming 3, algorithm 5.2.2M.
    """
    pairs = []
    top = 1
    while top < n:
        top *= 2
    p = top >> 1
    while p > 0:
        q, r, d = top >> 1, 0, p
        while True:
            pairs += [(i, i + d) for i in range(n - d) if i & p == r]
            if q == p:
                break
            d, q, r = q - p, q >> 1, p
        p >>= 1
    return pairs


def merging_network(first: int, n: int, step: int = 1) -> list[tuple[int, int]]:
    """Return the exchanges that merge two sorted halves of ``n`` rows.

    Notes
    -----
    Batcher's odd-even merge, Knuth, The Art of Computer Programming 3, section 5.3.4.
    """
    if 2 * step >= n:
        return [(first, first + step)]
    pairs = merging_network(first, n, 2 * step) + merging_network(first + step, n, 2 * step)
    return pairs + [(i, i + step) for i in range(first + step, first + n - step, 2 * step)]
