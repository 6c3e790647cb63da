"""Generate the random numbers of a tree with SplitMix64.

The generator is a counter and a mixing function. Each tree has a counter of its own, so trees can
be grown in any order. A number needs no earlier result than the counter, so the processor computes
several in parallel.

Notes
-----
Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", section 3;
constants of Stafford's variant 13.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_SHIFTS = (30, 27, 31)
MIX_FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_TREE_STEP = np.uint64(0xD1342543DE82EF95)


def plain_mixed(x: Any) -> Any:  # noqa: ANN401 - a number or an array
    """Return 64 bits, or an array of them, that look independent of those of ``x``'s neighbours."""
    x = (x ^ (x >> np.uint64(MIX_SHIFTS[0]))) * np.uint64(MIX_FACTORS[0])
    x = (x ^ (x >> np.uint64(MIX_SHIFTS[1]))) * np.uint64(MIX_FACTORS[1])
    return x ^ (x >> np.uint64(MIX_SHIFTS[2]))


mixed = inlined(plain_mixed)


@inlined
def start_stream(state: NDArray[np.uint64], seed: np.uint64, tree: int) -> None:
    """Set the stream to its beginning for one tree of one target.

    Parameters
    ----------
    state : (1,) uint64
        The counter, overwritten.
    seed : uint64
        The target's seed.
    tree : int
        The tree's position in its forest.
    """
    state[0] = mixed(seed + np.uint64(tree) * _TREE_STEP)


@inlined
def random_below(state: NDArray[np.uint64], n: int) -> int:
    """Return a whole number from 0 to ``n - 1``; ``n`` below 2**32.

    Notes
    -----
    A product instead of a division (Lemire 2019, section 3) without its rejection step: the
    odds of two values differ by a share of at most ``n / 2**32``.
    """
    state[0] += GOLDEN
    r = mixed(state[0]) >> np.uint64(32)
    return np.int64((r * np.uint64(n)) >> np.uint64(32))


@inlined
def draw_with_replacement(state: NDArray[np.uint64], times: NDArray[np.int64]) -> None:
    """Draw as many things as there are, with replacement; `random_below` chooses each.

    Parameters
    ----------
    state : (1,) uint64
        The stream.
    times : (n,) int64
        Overwritten with the times that each was drawn.
    """
    n = times.shape[0]
    times[:] = 0
    counter = state[0]  # not read again each time: it could lie in the counts for all LLVM knows
    for _ in range(n):
        counter += GOLDEN
        number = mixed(counter) >> np.uint64(32)
        times[(number * np.uint64(n)) >> np.uint64(32)] += 1
    state[0] = counter


@inlined
def as_unit(number: np.uint64) -> float:
    """Return 64 random bits as a multiple of 2**-53 from 0 (included) to 1 (excluded)."""
    return np.float64(number >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def draw_regulator(state: NDArray[np.uint64], pool: NDArray[np.int32], drawn: int, n: int) -> int:
    """Draw one more candidate without replacement: one step of Fisher and Yates.

    Parameters
    ----------
    state : (1,) uint64
        The stream.
    pool : (>= n,) int32
        Candidates; the first ``drawn`` are those drawn before.
    drawn, n : int
        Candidates drawn before, and in all.

    Returns
    -------
    int
        The candidate, now at ``pool[drawn]``.
    """
    j = drawn + random_below(state, n - drawn)
    chosen = pool[j]
    pool[j] = pool[drawn]
    pool[drawn] = chosen
    return np.int64(chosen)


@inlined
def draw_next(
    counter: np.uint64, pool: NDArray[np.int32], drawn: int, n: int
) -> tuple[np.uint64, int]:
    """Draw one of several candidates as `draw_regulator`, without writing the stream.

    Parameters
    ----------
    counter : uint64
        The stream before the first of them.
    pool, drawn, n
        As in `draw_regulator`.

    Returns
    -------
    place : uint64
        Where the candidate was.
    candidate : int
        The candidate, now at ``pool[drawn]``.
    """
    number = mixed(counter + np.uint64(drawn + 1) * GOLDEN) >> np.uint64(32)
    place = np.uint64(drawn) + ((number * np.uint64(n - drawn)) >> np.uint64(32))
    chosen = pool[place]
    pool[place] = pool[np.uint64(drawn)]
    pool[np.uint64(drawn)] = chosen
    return place, np.int64(chosen)


@inlined
def undo_draw(pool: NDArray[np.int32], drawn: int, place: np.uint64, is_undone: bool) -> None:
    """Take back the last draw of `draw_next` where ``is_undone``."""
    here, there = pool[np.uint64(drawn)], pool[place]
    pool[np.uint64(drawn)] = there if is_undone else here
    pool[place] = here if is_undone else there


@inlined
def draw_regulators(
    state: NDArray[np.uint64], pool: NDArray[np.int32], drawn: int, wanted: int, n: int
) -> None:
    """Draw candidates until ``wanted`` are drawn, as `draw_regulator` draws one."""
    counter = state[0]  # not read again each time: it could lie in the pool for all LLVM knows
    for at in range(drawn, wanted):
        counter += GOLDEN
        number = mixed(counter) >> np.uint64(32)
        other = np.uint64(at) + ((number * np.uint64(n - at)) >> np.uint64(32))
        chosen = pool[other]
        pool[other] = pool[at]
        pool[at] = chosen
    state[0] = counter


def permutation(n: int, seed: int) -> NDArray[np.intp]:
    """Return the numbers from 0 to ``n - 1`` in a random order.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        Below 2**64; decides the order.

    Examples
    --------
    >>> sorted(permutation(5, 1).tolist())
    [0, 1, 2, 3, 4]
    """
    keys = plain_mixed(np.uint64(seed) + GOLDEN * np.arange(1, n + 1, dtype=np.uint64))
    return np.argsort(keys, kind="stable")
