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


def halving_network(n: int) -> list[tuple[int, int]]:
    """Return the exchanges that sort ``n`` rows, a power of two, that first rise and then fall.

    Notes
    -----
    Batcher's bitonic merge, Knuth, The Art of Computer Programming 3, section 5.3.4.
    """
    pairs = []
    step = n // 2
    while step > 0:
        pairs += [(i, i + step) for i in range(n) if not i & step]
        step //= 2
    return pairs


def merging_network(n_left: int, n_right: int) -> list[tuple[int, int]]:
    """Return the exchanges of whole blocks that begin to merge two sorted sequences.

    Each block is sorted by `halving_network` afterwards. Of a right block, the rows are taken from
    the last to the first, since the right sequence is turned over to follow the left one.

    Parameters
    ----------
    n_left, n_right : int
        Blocks of the left sequence, a power of two, and of the right one, as many at most.
    """
    n = n_left + n_right
    turned = [(i, 2 * n_left - 1 - i) for i in range(n_left)]
    halves = halving_network(n_left)
    pairs = turned + halves + [(i + n_left, j + n_left) for i, j in halves]
    return [(i, j) for i, j in pairs if j < n]
