"""Grow the forests of both groups of samples, for the labels as they are and for permuted ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.differential.permutations import permuted_labels
from genie3_engine.differential.statistics import standardise_within
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.inference.engine_pool import EnginePool
from genie3_engine.inference.genie3 import Scores, target_seed
from genie3_engine.inference.plan import build_engine, prepare, warm_up
from genie3_engine.model import COMPILED, METHODS, RANDOM_FOREST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.model import ForestSpec

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LabelDesign:
    """Labels of the samples, and the numbers of replicate targets.

    A replicate target is a target in one of the two groups that a labelling makes. Labelling 0 is
    the observed one, the others are permutations. The number of a replicate target is
    ``(2 * labelling + group) * n_targets + place`` with group 0 or 1 and the target's place among
    the targets.

    Parameters
    ----------
    is_second : (n_samples,) bool
        Whether a sample belongs to the second group.
    targets : (n_targets,) int32
        Positions of the targets in the canonical gene list.
    n_labellings : int
        Labellings in all, the observed one among them.
    blocks : (n_samples,) integer or None
        Blocks inside which labels are permuted.
    """

    is_second: NDArray[np.bool_]
    targets: NDArray[np.int32]
    n_labellings: int
    blocks: NDArray[np.integer] | None = None

    def number(self, labelling: int, group: int, place: int) -> int:
        """Return the number of a replicate target."""
        return (2 * labelling + group) * self.targets.size + place

    def parts(self, number: int) -> tuple[int, int, int]:
        """Return labelling, group and place of a replicate target."""
        row, place = divmod(number, self.targets.size)
        return row // 2, row % 2, place

    def numbers(
        self, labellings: range, places: NDArray[np.intp] | None = None
    ) -> NDArray[np.int32]:
        """Return the numbers of replicate targets, ascending.

        Parameters
        ----------
        labellings : range
            The labellings.
        places : (n_places,) intp or None
            Places of some targets, ascending; None for all.
        """
        rows = np.arange(2 * labellings.start, 2 * labellings.stop)
        inside = np.arange(self.targets.size) if places is None else places
        return np.add.outer(rows * self.targets.size, inside).reshape(-1).astype(np.int32)


class LabelForests:
    """Networks of both groups under every labelling, one replicate target at a time.

    Any number of threads may call it at the same time. Each pair of labelling and group has an
    engine, of which two are held at most (see `EnginePool`), so targets should come in the order of
    their numbers.

    Parameters
    ----------
    expression : Expression
        The samples of both groups, in an order that does not depend on which group is the first.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Method, K, trees and seed; the same for both groups and all labellings.
    design : LabelDesign
        Labels, targets and their numbers.
    candidates : pair of (n_links,) int32 arrays or None
        Regulators and targets of the links that are kept of permuted labels; None keeps all.
    n_jobs : int
        scikit-learn's own jobs.

    Notes
    -----
    Genes are centred and scaled inside the observed groups once, and again inside the groups of
    each permuted labelling, so that a target has variance 1 wherever its forest is grown.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        design: LabelDesign,
        candidates: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None,
        n_jobs: int = 1,
    ) -> None:
        self._genes = expression.genes
        self._samples = expression.samples
        self._regulators = np.asarray(regulators, dtype=np.int32)
        self._forest = forest
        self._design = design
        self._n_jobs = n_jobs
        values = np.asarray(expression.values)
        self._values = standardise_within(values, design.is_second, blocks=design.blocks)
        self._candidates: _LinksByTarget | None = None
        if candidates is not None:
            self._candidates = _LinksByTarget(*candidates)
        self._is_carried = forest.method == RANDOM_FOREST and forest.engine == COMPILED
        self._engines = EnginePool[tuple[int, int]]()

    def warm_up(self) -> None:
        """Compile the kernels, or load their machine code."""
        with self._engines.use((0, 0), self._build) as engine:
            engine.warm_up()

    def importance(self, number: int) -> Scores:
        """Score every candidate regulator of one replicate target; see `ForestEngine.importance`.

        Returns
        -------
        Scores
            Importance as a share of the target's variance in its group; for boosting, of the gain
            of all trees. 0 for a link that is not among the candidates, except with the observed
            labels. ``carried_r2`` is the R² of the forest on the samples of the other group, for
            Random Forests of the compiled engine.
        """
        return self.importances(np.array([number], np.int32))[0]

    def importances(self, numbers: NDArray[np.int32]) -> list[Scores]:
        """Score every candidate regulator of several replicate targets, as `importance` does."""
        found: list[Scores] = []
        of_engine = [self._design.parts(number)[:2] for number in numbers.tolist()]
        for (labelling, group), same in groupby(of_engine):
            some = numbers[len(found) : len(found) + len(list(same))]
            targets = self._design.targets[some % self._design.targets.size]
            with self._engines.use((labelling, group), self._build) as engine:
                scores = engine.importances(targets)
            if labelling > 0 and self._candidates is not None:
                pairs = zip(targets.tolist(), scores, strict=True)
                scores = [self._restricted(target, each) for target, each in pairs]
            found += scores
        return found

    def _restricted(self, target: int, scores: Scores) -> Scores:
        """Return scores with the importance of candidate links alone."""
        importance = np.zeros_like(scores.importance)
        if self._candidates is not None:
            kept = np.searchsorted(self._regulators, self._candidates.regulators_of(target))
            importance[kept] = scores.importance[kept]
        return scores._replace(importance=importance)

    def _build(self, of: tuple[int, int]) -> _GroupEngine:
        """Build the engine of a labelling and a group."""
        return self._carried(*of) if self._is_carried else self._ordinary(*of)

    def _labels(self, labelling: int, group: int) -> NDArray[np.bool_]:
        """Return whether each sample is in the other group than the one asked for."""
        design = self._design
        is_second = permuted_labels(
            design.is_second, blocks=design.blocks, number=labelling, seed=self._forest.seed
        )
        return is_second if group == 0 else ~is_second

    def _carried(self, labelling: int, group: int) -> _GroupEngine:
        return _CarriedForests(
            self._values,
            self._labels(labelling, group),
            genes=self._genes,
            regulators=self._regulators,
            forest=self._forest,
            blocks=self._design.blocks,
            is_observed=labelling == 0,
        )

    def _ordinary(self, labelling: int, group: int) -> _GroupEngine:
        is_other = self._labels(labelling, group)
        values = self._values
        if labelling > 0:
            values = standardise_within(values, is_other, blocks=self._design.blocks)
        inside = np.flatnonzero(~is_other)
        expression = Expression(
            np.ascontiguousarray(values[:, inside]),
            self._genes,
            tuple(self._samples[sample] for sample in inside.tolist()),
        )
        engine = build_engine(expression, self._regulators, self._forest, n_jobs=self._n_jobs)
        return _OrdinaryEngine(engine, METHODS[self._forest.method].block_size)


class _GroupEngine(Protocol):
    """Scores targets in the samples of one group of a labelling."""

    def warm_up(self) -> None: ...

    def importances(self, targets: NDArray[np.int32]) -> list[Scores]: ...


class _OrdinaryEngine:
    """Any method's own engine, on the samples of one group."""

    def __init__(self, engine: Any, block_size: int) -> None:  # noqa: ANN401 -- either protocol
        self._engine = engine
        self._block_size = block_size
        prepare(engine, 1)

    def warm_up(self) -> None:
        """Compile the kernels of an engine that has any."""
        warm_up(self._engine)

    def importances(self, targets: NDArray[np.int32]) -> list[Scores]:
        """Score every candidate regulator of some targets."""
        if self._block_size > 1:
            return list(self._engine.importances(targets))
        found = (Scores(*self._engine.importance(target)) for target in targets.tolist())
        return [_shares(scores) for scores in found]


def _shares(scores: Scores) -> Scores:
    """Return importances that do not grow with the number of trees that boosting stops at."""
    if not scores.n_trees:
        return scores
    return scores._replace(importance=scores.importance / scores.n_trees)


class _CarriedForests:
    """Random Forests of one group of samples, which predict the samples of the other group too."""

    def __init__(
        self,
        values: Floats,
        is_other: NDArray[np.bool_],
        *,
        genes: tuple[str, ...],
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        blocks: NDArray[np.integer] | None,
        is_observed: bool,
    ) -> None:
        self._values = values
        self._genes = genes
        self._regulators = regulators
        self._forest = forest
        self._is_observed = is_observed
        self._order = np.argsort(is_other, kind="stable")  # the group's own samples come first
        self._is_other = is_other[self._order]
        self._blocks = None if blocks is None else blocks[self._order]
        inputs = Expression(
            self._standardised(regulators),
            tuple(genes[regulator] for regulator in regulators.tolist()),
            ("",) * is_other.size,
        )
        rows = np.arange(regulators.size, dtype=np.int32)
        n_drawable = int(np.count_nonzero(~is_other))
        self._forests = CompiledForests(inputs, rows, forest, n_drawable=n_drawable)

    def warm_up(self) -> None:
        """Compile the kernels, or load their machine code."""
        self._forests.warm_up()

    def importances(self, targets: NDArray[np.int32]) -> list[Scores]:
        """Score every candidate regulator of some targets."""
        return [self._importance(target) for target in targets.tolist()]

    def _importance(self, target: int) -> Scores:
        standardised = self._standardised(np.array([target]))[0]
        rows = np.flatnonzero(self._regulators != target).astype(np.int32)
        is_constant = not standardised[~self._is_other].any()
        if is_constant or rows.size == 0:
            return Scores(np.zeros(self._regulators.size))
        forest = self._forests.grow(
            standardised,
            rows,
            n_trees=self._forest.n_trees,
            seed=target_seed(self._forest.seed, self._genes[target]),
        )
        return Scores(forest.importance, forest.oob_r2, carried_r2=forest.carried_r2)

    def _standardised(self, genes: NDArray[np.integer]) -> Floats:
        values: Floats = self._values[genes][:, self._order]
        if self._is_observed:
            return values
        return standardise_within(values, self._is_other, blocks=self._blocks)


class _LinksByTarget:
    """Links, and the positions of those of each target."""

    def __init__(self, regulators: NDArray[np.int32], targets: NDArray[np.int32]) -> None:
        self._order = np.lexsort((regulators, targets))
        self._regulators = regulators[self._order]
        self._targets = targets[self._order]

    def regulators_of(self, target: int) -> NDArray[np.int32]:
        """Return the regulators of a target, ascending."""
        return self._regulators[self._part(target)]

    def positions_of(self, target: int) -> NDArray[np.intp]:
        """Return the positions of a target's links, in the order of their regulators."""
        return self._order[self._part(target)]

    def _part(self, target: int) -> slice:
        start, end = np.searchsorted(self._targets, [target, target + 1])
        return slice(int(start), int(end))


def label_forests(
    expression: Expression,
    regulators: NDArray[np.int32],
    forest: ForestSpec,
    *,
    n_jobs: int,
    design: LabelDesign,
    candidates: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None,
) -> LabelForests:
    """Build `LabelForests`; an `EngineBuilder` once ``design`` and ``candidates`` are bound."""
    return LabelForests(
        expression, regulators, forest, design=design, candidates=candidates, n_jobs=n_jobs
    )


class LabelScores:
    """Importances of the candidate links, and fits of the targets, under some labellings.

    Parameters
    ----------
    design : LabelDesign
        Labels, targets and their numbers.
    regulators, targets : (n_links,) int32
        The candidate links.
    labellings : range
        Which labellings are gathered.
    with_fits : bool
        Whether the fits of the targets are gathered.

    Attributes
    ----------
    importance : (n_labellings, 2, n_links) float32
        Of each link in both groups; NaN where the target was not added.
    r2 : (n_labellings, 2, n_targets, 2) float64
        R² out of bag, and on the samples of the other group; empty without fits.
    """

    def __init__(
        self,
        design: LabelDesign,
        regulators: NDArray[np.int32],
        targets: NDArray[np.int32],
        *,
        labellings: range,
        with_fits: bool = True,
    ) -> None:
        self._design = design
        self._labellings = labellings
        self._links = _LinksByTarget(regulators, targets)
        shape = (len(labellings), 2)
        self.importance = np.full((*shape, regulators.size), np.nan, np.float32)
        self.r2 = np.full((*shape, design.targets.size if with_fits else 0, 2), np.nan)

    def add(
        self, number: int, regulators: NDArray[np.int32], importance: NDArray[np.float32]
    ) -> None:
        """Take the links of a replicate target, in any order; none but candidates are kept."""
        labelling, group, place = self._design.parts(number)
        target = int(self._design.targets[place])
        known = self._links.regulators_of(target)
        row = np.zeros(known.size, np.float32)
        if known.size:
            at = np.minimum(np.searchsorted(known, regulators), known.size - 1)
            is_candidate = known[at] == regulators
            row[at[is_candidate]] = importance[is_candidate]
        links = self._links.positions_of(target)
        self.importance[labelling - self._labellings.start, group, links] = row

    def add_fit(self, number: int, oob_r2: float, carried_r2: float) -> None:
        """Take the fits of a replicate target."""
        labelling, group, place = self._design.parts(number)
        self.r2[labelling - self._labellings.start, group, place] = oob_r2, carried_r2
