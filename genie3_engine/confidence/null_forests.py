"""Null targets: permuted values of targets, scored as the targets of a run are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from genie3_engine.confidence.costs import NULLS, nulls_in_all
from genie3_engine.confidence.replicates import ReplicatePlan
from genie3_engine.confidence.target_groups import TargetGroups, target_groups
from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import GeneRows
from genie3_engine.errors import OptionError
from genie3_engine.inference.genie3 import Scores, target_seed
from genie3_engine.inference.plan import build_engine, leave_out_fit, prepare, warm_up
from genie3_engine.kernels.random import permutation
from genie3_engine.model import METHODS
from genie3_engine.registry import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.inference.genie3 import ForestEngine
    from genie3_engine.model import ForestSpec


def null_plan(
    expression: Expression,
    *,
    targets: NDArray[np.int32],
    regulators: NDArray[np.int32],
    forest: ForestSpec,
) -> ReplicatePlan:
    """Return the null targets of a run, as replicate targets.

    Parameters
    ----------
    expression : Expression
        The run's data set in canonical order.
    targets, regulators : (n,) int32
        Positions of all the network's targets, and of the regulators.
    forest : ForestSpec
        The run's method, settings and seed.

    Returns
    -------
    ReplicatePlan
        Null ``b`` of group ``g`` has the number ``g * n_nulls + b``; all its links are kept.

    Raises
    ------
    OptionError
        When the method scores several targets in one call, and no permuted ones.
    """
    _require_nulls(forest)
    nulls = null_targets(target_groups(expression, targets), seed=forest.seed)
    return ReplicatePlan(NULLS, nulls.names, partial(build_nulls, nulls=nulls), None)


def _require_nulls(forest: ForestSpec) -> None:
    """Refuse a method that scores several targets in one call, and no permuted ones."""
    method = METHODS[forest.method]
    if method.block_size > 1 and not method.null_builder:
        raise OptionError(
            f"{method.label} has no p-values: it scores no permuted targets.",
            "Ask for the confidence of another method, such as RF, or without p-values.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class NullTargets:
    """The null targets of a run.

    Parameters
    ----------
    members : (n,) int32
        Position of the target whose values each one permutes.
    names : tuple of str
        Their names.
    n_nulls : int
        How many there are of each group.
    seed : int
        The run's.
    """

    members: NDArray[np.int32]
    names: tuple[str, ...]
    n_nulls: int
    seed: int

    def order(self, number: int, n_samples: int) -> NDArray[np.intp]:
        """Return the order in which a null target has the values of its member."""
        return permutation(n_samples, target_seed(self.seed, f"order of {self.names[number]}"))


def null_targets(groups: TargetGroups, *, seed: int) -> NullTargets:
    """Choose the members of groups that null targets permute.

    Parameters
    ----------
    groups : TargetGroups
        Of all the network's targets.
    seed : int
        The run's.

    Returns
    -------
    NullTargets
        As many as `nulls_in_all` gives, about. Each takes its turn at a random place along the
        members of its group, which are sorted by their tails.
    """
    n_groups = len(groups.members)
    n_targets = sum(members.size for members in groups.members)
    n_nulls = nulls_in_all(n_targets) // max(1, n_groups)
    chosen = [np.zeros(0, np.int32)]
    for group, members in enumerate(groups.members):
        start = target_seed(seed, f"members of group {group}") % n_nulls
        chosen.append(
            members[(np.arange(n_nulls) * members.size + start) // n_nulls % members.size]
        )
    names = tuple(
        f"null {b} of group {group} of {n_groups}"
        for group in range(n_groups)
        for b in range(n_nulls)
    )
    return NullTargets(np.concatenate(chosen), names, n_nulls, seed)


def build_nulls(
    expression: Expression,
    regulators: NDArray[np.int32],
    forest: ForestSpec,
    *,
    nulls: NullTargets,
    n_jobs: int = 1,
) -> Any:  # noqa: ANN401 -- a ForestEngine, or a BlockEngine
    """Make what scores null targets in a process, by the method's own engine where it can.

    Parameters
    ----------
    expression, regulators, forest, n_jobs
        As `build_engine` takes them.
    nulls : NullTargets
        The null targets.
    """
    builder = METHODS[forest.method].null_builder
    if builder:
        return load(builder)(
            expression, regulators, forest, members=nulls.members, order=nulls.order
        )
    return NullForests(expression, regulators, forest, nulls=nulls, n_jobs=n_jobs)


class NullTarget(int):
    """The position of a target, which stands for a null target of its values.

    Compared with positions of regulators it is its member, which so is not a candidate.
    """

    number: int

    def __new__(cls, member: int, number: int) -> NullTarget:
        """Make the null target of a number from the position of its member."""
        target = super().__new__(cls, member)
        target.number = number
        return target


class _NullRows:
    """The rows of a matrix, and permuted ones for null targets."""

    def __init__(self, values: GeneRows, nulls: NullTargets) -> None:
        self._values = values
        self._nulls = nulls
        self.shape = values.shape

    def __getitem__(self, place: Any) -> NDArray[np.float64]:  # noqa: ANN401 -- as an array takes
        found: NDArray[np.float64] = self._values[place]
        if isinstance(place, NullTarget):
            return found[self._nulls.order(place.number, found.size)]
        return found

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        return iter(self._values)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401
        return np.array(self._values, dtype, copy=copy)


class _NullNames(tuple[str, ...]):
    """The names of genes, and those of null targets."""

    nulls: NullTargets

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 -- as a tuple takes
        if isinstance(place, NullTarget):
            return self.nulls.names[place.number]
        return super().__getitem__(place)


def null_expression(expression: Expression, nulls: NullTargets) -> Expression:
    """Return a data set that has null targets at the places of `NullTarget`; nothing is copied.

    Parameters
    ----------
    expression : Expression
        The data.
    nulls : NullTargets
        The null targets.
    """
    genes = _NullNames(expression.genes)
    genes.nulls = nulls
    return Expression(
        cast("NDArray[np.float64]", _NullRows(expression.values, nulls)),
        genes,
        expression.samples,
        expression.has_sample_names,
        expression.annotations,
        expression.sheet,
    )


class NullForests:
    """Scores null targets by the ordinary engine of a method.

    Parameters
    ----------
    expression, regulators, forest, n_jobs
        As `build_engine` takes them.
    nulls : NullTargets
        The null targets.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        nulls: NullTargets,
        n_jobs: int,
    ) -> None:
        self._members = nulls.members
        self._engine: ForestEngine = build_engine(
            null_expression(expression, nulls), regulators, forest, n_jobs=n_jobs
        )
        leave_out_fit(self._engine)

    def prepare(self, n_threads: int) -> None:
        """Do what all targets share, where the engine has any."""
        prepare(self._engine, n_threads)

    def warm_up(self) -> None:
        """Compile the kernels of the engine, where it has any."""
        warm_up(self._engine)

    def importance(self, number: int) -> Scores:
        """Score the regulators of a null target; see `ForestEngine.importance`.

        Parameters
        ----------
        number : int
            Of the null target.
        """
        target = NullTarget(int(self._members[number]), number)
        return Scores(*self._engine.importance(target))
