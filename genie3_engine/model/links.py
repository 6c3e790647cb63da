"""The links into one target, and their scales of importance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ImportanceScale(StrEnum):
    """The scale that a score is given on."""

    RAW = "raw"
    SHARE = "share"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class TargetSummary:
    """One row of ``targets.parquet``: what is known of one target.

    Parameters
    ----------
    target : str
        Gene name.
    oob_r2 : float
        Out-of-bag R²; NaN where no sample is out of bag (Extra-Trees).
    seconds : float
        Computing seconds of one thread.
    n_links : int
        Links kept.
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
    worker : str
        Thread or process that computed it: a number, after that of the shard where there are
        several; empty where this was not recorded.
    began : float
        When that began, in seconds since the epoch; NaN where this was not recorded.
    elapsed : float
        Seconds that it took the worker by the clock, waiting for a core included; NaN where this
        was not recorded.
    """

    target: str
    oob_r2: float
    seconds: float
    n_links: int
    n_trees: int | None = None
    oob_gain: float = math.nan
    decay_rate: float = math.nan
    oob_next_r: float = math.nan
    carried_r2: float = math.nan
    worker: str = ""
    began: float = math.nan
    elapsed: float = math.nan


@dataclass(frozen=True, slots=True, eq=False)
class TargetLinks:
    """The links into one target, as inference hands them to the store.

    Parameters
    ----------
    target : int
        Position of the target in the data set's canonical gene list.
    regulators : (n_links,) int32
        Positions of the regulators in the same list: strongest first, ties by position, links of
        importance 0 left out.
    importance : (n_links,) float32
        The method's importance of each regulator: for GENIE3 a share of the target's variance.
    oob_r2 : float
        Out-of-bag R²; NaN where no sample is out of bag (Extra-Trees) or the target is constant.
    seconds : float
        Computing seconds of one thread.
    n_trees, oob_gain, decay_rate, oob_next_r, carried_r2, began, elapsed
        As in `TargetSummary`.
    thread : int
        The system's number of the thread that computed it; 0 where this was not recorded.
    """

    target: int
    regulators: NDArray[np.int32]
    importance: NDArray[np.float32]
    oob_r2: float
    seconds: float
    n_trees: int | None = None
    oob_gain: float = math.nan
    decay_rate: float = math.nan
    oob_next_r: float = math.nan
    carried_r2: float = math.nan
    thread: int = 0
    began: float = math.nan
    elapsed: float = math.nan
