"""How many replicate targets the evidence for a network takes, and how much work they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genie3_engine.model import METHODS
from genie3_engine.model.statuses import REPLICATE_STEPS

if TYPE_CHECKING:
    from genie3_engine.model import ConfidenceSpec, ForestSpec

NULLS, HALVES = REPLICATE_STEPS
MANY_TARGETS = 1000
MOST_GROUPS = 32
LEAST_GROUPS = 16  # unless there are fewer shapes of targets
TARGETS_PER_GROUP = 640  # so that null targets are at most a tenth of more than 10,240 targets
NULLS_PER_GROUP = 64
N_HALVES = 20  # an even number: halves 2i and 2i + 1 have different samples, all together
MOST_PICKED = 32  # strongest links that are kept of a target in a half
# Measured with 1,000 trees on E. coli (278 samples, 275 regulators), a human set (69, 1,060) and
# DREAM4 (100, 100): 1.0 to 1.2, and 0.5 to 0.6.
NULL_FOREST = 1.1  # trees of permuted values are a little larger; no sample out of bag is predicted
HALF_FOREST = 0.55  # of as many trees on half of the samples


def most_groups(n_targets: int) -> int:
    """Return into how many groups that many targets are divided at most.

    Examples
    --------
    >>> [most_groups(n_targets) for n_targets in (100, 4_000, 15_000, 50_000)]
    [16, 16, 23, 32]
    """
    return min(MOST_GROUPS, max(LEAST_GROUPS, n_targets // TARGETS_PER_GROUP))


def nulls_in_all(n_targets: int) -> int:
    """Return how many null targets there are for that many targets, about.

    Examples
    --------
    >>> [nulls_in_all(n_targets) for n_targets in (100, 4_000, 15_000, 50_000)]
    [2048, 1024, 1472, 2048]
    """
    per_group = NULLS_PER_GROUP if n_targets >= MANY_TARGETS else 2 * NULLS_PER_GROUP
    return per_group * most_groups(n_targets)


@dataclass(frozen=True, slots=True)
class ReplicateLoad:
    """The replicate targets of one kind, in numbers.

    Parameters
    ----------
    name : str
        The kind; see `ReplicatePlan`.
    number : int
        How many there are, about.
    work : float
        Work of one of them, as a share of that of a target of the run.
    keep : int or None
        Links kept of each; None keeps all.
    """

    name: str
    number: int
    work: float
    keep: int | None = None


def replicate_loads(
    confidence: ConfidenceSpec | None, forest: ForestSpec, n_targets: int
) -> tuple[ReplicateLoad, ...]:
    """Return the replicate targets that the evidence for a network takes.

    Parameters
    ----------
    confidence : ConfidenceSpec or None
        The evidence; None takes none.
    forest : ForestSpec
        The run's method and settings.
    n_targets : int
        Targets of the whole network.
    """
    if confidence is None:
        return ()
    loads = []
    if confidence.p_values:
        work = replicate_work(NULLS, forest)
        loads.append(ReplicateLoad(NULLS, nulls_in_all(n_targets), work))
    if confidence.stability:
        work = replicate_work(HALVES, forest)
        loads.append(ReplicateLoad(HALVES, N_HALVES * n_targets, work, MOST_PICKED))
    return tuple(loads)


def replicate_work(name: str, forest: ForestSpec) -> float:
    """Return the work of a replicate target, as a share of that of a target of the run.

    Parameters
    ----------
    name : str
        Its kind; see `ReplicatePlan`.
    forest : ForestSpec
        The run's method and settings.
    """
    method = METHODS[forest.method]
    if not forest.grows_with_trees:
        return method.null_work if name == NULLS else method.half_work
    if name == NULLS:
        return NULL_FOREST
    from genie3_engine.confidence.halves import half_forest

    return HALF_FOREST * half_forest(forest, 0).n_trees / forest.n_trees
