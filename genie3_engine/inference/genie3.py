"""Score the links into one target, or a block of targets, with any method and engine."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from genie3_engine.model import TargetLinks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


class Scores(NamedTuple):
    """Scores of one target.

    Parameters
    ----------
    importance : (n_regulators,) float64
        Importance of each regulator, 0 for the target itself.
    oob_r2 : float
        Out-of-bag R²; NaN where there is none.
    n_trees : int or None
        Trees grown, where the method decides how many.
    oob_gain : float
        Fall of the squared error of samples out of bag, summed over the trees, as a share of the
        target's variance; NaN where the method has none.
    decay_rate : float
        Rate of decay in a model of a time series; NaN where the method has none.
    oob_next_r : float
        Pearson's correlation of the values at the next points of time series and those predicted
        out of bag; NaN where the method has none.
    carried_r2 : float
        R² of the forest on the samples of another group; NaN where there is none.
    """

    importance: NDArray[np.float64]
    oob_r2: float = math.nan
    n_trees: int | None = None
    oob_gain: float = math.nan
    decay_rate: float = math.nan
    oob_next_r: float = math.nan
    carried_r2: float = math.nan


class ForestEngine(Protocol):
    """Forests over one data set: built once, called for one target after another.

    An engine is built from a canonical `Expression`, the positions of the candidate regulators in
    it, and a `ForestSpec`. Several threads may call it at the same time, unless the layout gives
    its process one thread only (scikit-learn, which has jobs of its own).
    """

    def importance(self, target: int) -> Scores | tuple[NDArray[np.float64], float]:
        """Grow the forest of one target and score every candidate regulator.

        The result depends on the data, the regulators, the forest's settings and the target alone:
        random numbers come from `target_seed`, never from the order of the calls or from another
        target.

        Parameters
        ----------
        target : int
            Position of the target in the canonical gene list.

        Returns
        -------
        importance : (n_regulators,) float64
            Fall of the target's variance by the splits on each regulator, averaged over trees, as
            a share of the variance of the unit-variance target; in the order of the regulators the
            engine was built with, 0 for the target itself.
        oob_r2 : float
            Out-of-bag R² over the samples that are out of bag in a tree at least; NaN where there
            are none (Extra-Trees) or the target is constant.
        """
        ...


class BlockEngine(Protocol):
    """Scores of several targets per call, for a method whose ``block_size`` is above 1.

    It is built and shared as a `ForestEngine`. The scores of a target are the same bits in every
    block, since shards and resumed runs divide the targets anywhere.
    """

    def importances(self, targets: NDArray[np.int32]) -> Sequence[Scores]:
        """Score every candidate regulator of each target.

        Parameters
        ----------
        targets : (n_targets,) int32
            Positions in the canonical gene list, at most the method's ``block_size``.

        Returns
        -------
        sequence of Scores
            One for each target, in order.
        """
        ...


def target_seed(seed: int, name: str) -> int:
    """Return the seed of one target's own random stream.

    Parameters
    ----------
    seed : int
        The run's seed.
    name : str
        The target's gene name; its position, and so the order of the genes, plays no part.

    Returns
    -------
    int
        A whole number below 2**64: the 8-byte BLAKE2b hash of seed, zero byte and name in UTF-8,
        read as a big-endian number.
    """
    digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def unit_variance(values: NDArray[np.floating]) -> NDArray[np.float64] | None:
    """Centre one gene's expression and scale it to variance 1.

    Parameters
    ----------
    values : (n_samples,) float
        Expression of the gene.

    Returns
    -------
    (n_samples,) float64 or None
        Mean 0 and variance 1 (divisor n); None when all values are equal.

    Notes
    -----
    Sums are correctly rounded, so that the result is the same on every processor.
    """
    response = np.array(values, dtype=np.float64)
    low, high = float(response.min()), float(response.max())
    if low == high:
        return None
    response /= max(abs(low), abs(high))  # neither squares nor sums can overflow now
    response -= math.fsum(response.tolist()) / response.size
    variance = math.fsum((response * response).tolist()) / response.size
    if variance == 0.0:
        return None
    scaled: NDArray[np.float64] = response / math.sqrt(variance)
    return scaled


def strongest_links(
    importance: NDArray[np.floating], keep: int | None
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Rank one target's regulators and keep the best.

    Parameters
    ----------
    importance : (n_regulators,) float
        Importance of each regulator; an importance of 0 (as float32) is not a link.
    keep : int or None
        Links kept; None keeps all.

    Returns
    -------
    positions : (n_links,) intp
        Positions in ``importance``: strongest first; equal importance by position, also where the
        last links kept are equal to some that are not.
    importance : (n_links,) float32
        Their importance.
    """
    scores = np.asarray(importance).astype(np.float32)
    chosen = np.flatnonzero(scores > 0)
    if keep is not None and keep < chosen.size:
        candidates = scores[chosen]
        least = np.partition(candidates, chosen.size - keep)[chosen.size - keep]
        above = chosen[candidates > least]
        equal = chosen[candidates == least][: keep - above.size]
        chosen = np.sort(np.concatenate([above, equal]))
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")]
    return chosen, scores[chosen]


def target_links(
    engine: ForestEngine,
    target: int,
    *,
    regulators: NDArray[np.int32],
    keep: int | None,
    clock: Callable[[], float] = time.thread_time,
) -> TargetLinks:
    """Infer the links into one target.

    Parameters
    ----------
    engine : ForestEngine
        Grows the forest.
    target : int
        Position of the target in the canonical gene list.
    regulators : (n_regulators,) int32
        Positions of the regulators the engine was built with, in its order.
    keep : int or None
        Strongest links kept; None keeps all.
    clock : callable
        Returns the computing seconds spent so far: the calling thread's by default.

    Returns
    -------
    TargetLinks
        The ranked links, what is known of the target, and the computing time.
    """
    start = clock()
    scores = Scores(*engine.importance(target))
    links = _links(target, scores, regulators, keep)
    return replace(links, seconds=clock() - start)


def block_links(
    engine: BlockEngine,
    targets: Sequence[int],
    *,
    regulators: NDArray[np.int32],
    keep: int | None,
    clock: Callable[[], float] = time.thread_time,
) -> list[TargetLinks]:
    """Infer the links into several targets in one call of an engine.

    Parameters
    ----------
    engine : BlockEngine
        Scores them.
    targets : sequence of int
        Positions of the targets in the canonical gene list.
    regulators, keep, clock
        As in `target_links`.

    Returns
    -------
    list of TargetLinks
        In the order of the targets, which share the time of the call.
    """
    start = clock()
    found = engine.importances(np.array(targets, np.int32))
    links = [
        _links(target, scores, regulators, keep)
        for target, scores in zip(targets, found, strict=True)
    ]
    seconds = (clock() - start) / len(targets)
    return [replace(each, seconds=seconds) for each in links]


def _links(
    target: int, scores: Scores, regulators: NDArray[np.int32], keep: int | None
) -> TargetLinks:
    """Return the strongest links into a target, without the time."""
    best, importance = strongest_links(scores.importance, keep)
    return TargetLinks(
        target=target,
        regulators=regulators[best],
        importance=importance,
        oob_r2=scores.oob_r2,
        seconds=0.0,
        n_trees=scores.n_trees,
        oob_gain=scores.oob_gain,
        decay_rate=scores.decay_rate,
        oob_next_r=scores.oob_next_r,
        carried_r2=scores.carried_r2,
    )
