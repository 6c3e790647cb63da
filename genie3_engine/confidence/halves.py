"""Networks of halves of the samples: the samples of each half, and the engines of the halves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from genie3_engine.confidence.costs import HALVES, MOST_PICKED, N_HALVES
from genie3_engine.confidence.replicates import ReplicatePlan
from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import taken_samples
from genie3_engine.errors import InputError
from genie3_engine.inference.engine_pool import EnginePool
from genie3_engine.inference.genie3 import Scores, target_seed
from genie3_engine.inference.plan import build_engine, leave_out_fit, prepare, warm_up
from genie3_engine.kernels.random import permutation
from genie3_engine.model import ENGINES, METHODS
from genie3_engine.model.boosting import NO_STOP, WINDOW_STOP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.model import ForestSpec

MIN_SAMPLES = 20
BOOSTED_TREES = 25
_MOST_AT_ONCE = 16
_VALUES_AT_ONCE = 100_000  # samples, counted for each tree


def half_plan(
    expression: Expression,
    *,
    targets: NDArray[np.int32],
    regulators: NDArray[np.int32],
    forest: ForestSpec,
) -> ReplicatePlan:
    """Return every target of a run in every half of the samples, as replicate targets.

    Parameters
    ----------
    expression : Expression
        The run's data set in canonical order.
    targets, regulators : (n,) int32
        Positions of the run's targets and regulators.
    forest : ForestSpec
        The run's method and settings; its seed decides which samples a half has.

    Returns
    -------
    ReplicatePlan
        Target ``index`` of ``targets`` in half ``half`` has the number
        ``half * len(targets) + index``; its `MOST_PICKED` strongest links are kept.

    Raises
    ------
    InputError
        When there are fewer samples than 20, or than twice what the method needs.
    """
    require_halves(expression.n_samples, forest)
    genes = [expression.genes[target] for target in targets.tolist()]
    return ReplicatePlan(
        name=HALVES,
        names=[f"half {half} {gene}" for half in range(N_HALVES) for gene in genes],
        build=partial(build_halves, targets=targets),
        keep=MOST_PICKED,
        per_block=_per_block(forest, expression.n_samples),
    )


def _per_block(forest: ForestSpec, n_samples: int) -> int:
    """Return the targets that a thread takes at a time: about 50 ms of work, at most 16."""
    if ENGINES[forest.engine].has_jobs:
        return 1
    values = max(1, half_forest(forest, 0).n_trees * n_samples // 2)
    return min(_MOST_AT_ONCE, max(1, _VALUES_AT_ONCE // values))


def require_halves(n_samples: int, forest: ForestSpec) -> None:
    """Refuse data of too few samples to be halved.

    Parameters
    ----------
    n_samples : int
        Samples of the data set.
    forest : ForestSpec
        The method.

    Raises
    ------
    InputError
        When there are fewer samples than 20, or than twice what the method needs.
    """
    method = METHODS[forest.method]
    needed = max(MIN_SAMPLES, 2 * method.min_samples)
    if n_samples < needed:
        raise InputError(
            f"The data have {n_samples:,} samples; stability compares halves of the samples, "
            f"which takes {needed:,} with the method {method.label}.",
            "Leave stability out.",
        )


def half_samples(n_samples: int, half: int, *, seed: int) -> NDArray[np.intp]:
    """Return the samples of a half.

    Parameters
    ----------
    n_samples : int
        Samples of the data set, in canonical order.
    half : int
        From 0. Halves ``2 i`` and ``2 i + 1`` are the two parts of one random division.
    seed : int
        The run's seed.

    Returns
    -------
    (n,) intp
        Positions, ascending: half of the samples, one more or less where their number is odd.

    Examples
    --------
    >>> first, second = (half_samples(7, half, seed=0) for half in (0, 1))
    >>> first.size, second.size, sorted([*first.tolist(), *second.tolist()])
    (3, 4, [0, 1, 2, 3, 4, 5, 6])
    """
    division, is_second = divmod(half, 2)
    order = permutation(n_samples, target_seed(seed, f"division {division}"))
    middle = n_samples // 2
    return np.sort(order[middle:] if is_second else order[:middle])


def half_forest(forest: ForestSpec, half: int) -> ForestSpec:
    """Return the settings of the trees of a half: fewer than of the run, and a seed of their own.

    Parameters
    ----------
    forest : ForestSpec
        The run's.
    half : int
        From 0.

    Notes
    -----
    A twentieth of the run's trees. Where boosting stops by itself, 25 trees without a stop: the
    least that it grows. With its own stop the halves would take nine times as long as the run, and
    precision would not rise more clearly with stability.
    """
    seed = target_seed(forest.seed, f"half {half}") >> 1  # settings take 63 bits
    if "stop" in forest.settings() and forest.stop == WINDOW_STOP:
        n_trees = min(forest.n_trees, BOOSTED_TREES)
        return replace(forest, seed=seed, stop=NO_STOP, n_trees=n_trees)
    return replace(forest, seed=seed, n_trees=max(1, forest.n_trees // N_HALVES))


def take_samples(expression: Expression, samples: NDArray[np.intp]) -> Expression:
    """Return the data of some samples, with what is known of them.

    Parameters
    ----------
    expression : Expression
        The data.
    samples : (n,) intp
        Positions, ascending.
    """
    return Expression(
        taken_samples(expression.values, samples),
        expression.genes,
        tuple(expression.samples[sample] for sample in samples),
        expression.has_sample_names,
        {
            column: tuple(labels[sample] for sample in samples)
            for column, labels in expression.annotations.items()
        },
        None if expression.sheet is None else expression.sheet.take(samples),
    )


def build_halves(
    expression: Expression,
    regulators: NDArray[np.int32],
    forest: ForestSpec,
    *,
    targets: NDArray[np.int32],
    n_jobs: int = 1,
) -> HalfEngines:
    """Make what scores the targets of all halves in a process; see `HalfEngines`."""
    return HalfEngines(expression, regulators, forest, targets=targets, n_jobs=n_jobs)


class HalfEngines:
    """Scores targets in halves of the samples; any number of threads may call it at the same time.

    Parameters
    ----------
    expression : Expression
        The run's data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        The run's method and settings.
    targets : (n_targets,) int32
        Positions of the run's targets.
    n_jobs : int
        As `build_engine` takes it.

    Notes
    -----
    The engine of a half is the method's ordinary one, built for the half's samples when its first
    target comes; see `EnginePool`.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        targets: NDArray[np.int32],
        n_jobs: int,
    ) -> None:
        self._expression = expression
        self._regulators = regulators
        self._forest = forest
        self._targets = targets
        self._n_jobs = n_jobs
        self._n_threads = 1
        self._engines = EnginePool[int]()

    def prepare(self, n_threads: int) -> None:
        """Take the number of threads on which engines are prepared; each is when it is built."""
        self._n_threads = n_threads

    def warm_up(self) -> None:
        """Compile the kernels that the engines need, if any, or load their machine code."""
        with self._engines.use(0, self._build) as engine:
            warm_up(engine)

    def importance(self, number: int) -> Scores:
        """Score the regulators of one target in one half; see `ForestEngine.importance`.

        Parameters
        ----------
        number : int
            Of the replicate target, as `half_plan` counts them.
        """
        half, index = divmod(number, self._targets.size)
        with self._engines.use(half, self._build) as engine:
            return Scores(*engine.importance(int(self._targets[index])))

    def importances(self, numbers: NDArray[np.int32]) -> Sequence[Scores]:
        """Score the regulators of some targets; see `BlockEngine.importances`.

        Parameters
        ----------
        numbers : (n,) int32
            Of the replicate targets, as `half_plan` counts them.
        """
        found: list[Scores] = []
        for half, block in groupby(numbers.tolist(), lambda number: number // self._targets.size):
            targets = self._targets[np.array(list(block)) % self._targets.size]
            with self._engines.use(half, self._build) as engine:
                found += engine.importances(targets)
        return found

    def _build(self, half: int) -> Any:  # noqa: ANN401 -- a ForestEngine, or a BlockEngine
        samples = half_samples(self._expression.n_samples, half, seed=self._forest.seed)
        engine = build_engine(
            take_samples(self._expression, samples),
            self._regulators,
            half_forest(self._forest, half),
            n_jobs=self._n_jobs,
        )
        leave_out_fit(engine)
        prepare(engine, self._n_threads)
        return engine
