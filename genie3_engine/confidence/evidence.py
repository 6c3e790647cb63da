"""Write the evidence for the ranked links of a run, from the parts of its replicate targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from genie3_engine.confidence.costs import N_HALVES
from genie3_engine.confidence.halves import half_plan
from genie3_engine.confidence.null_forests import null_plan, null_targets
from genie3_engine.confidence.p_values import Discoveries, NullDistributions
from genie3_engine.confidence.replicates import read_replicates, replicate_targets
from genie3_engine.confidence.rivals import Rivals, strongest_regulators
from genie3_engine.confidence.stability import Stability, picked_per_target
from genie3_engine.confidence.target_groups import target_groups
from genie3_engine.store.evidence import (
    RELATIVE_IMPORTANCE,
    RIVAL,
    RIVAL_CORRELATION,
    STABILITY,
    Evidence,
    EvidenceWriter,
    P,
    Q,
)
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.shards import positions_of
from genie3_engine.version import __version__

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.confidence.replicates import ReplicatePlan
    from genie3_engine.data.expression import Expression
    from genie3_engine.model import TargetSummary
    from genie3_engine.store.run_folder import RunFolder

    Positions = NDArray[np.int32]
    Columns = Mapping[str, NDArray[Any]]


def write_evidence(run: RunFolder, parts: Sequence[Path], expression: Expression) -> None:
    """Write ``evidence.parquet``, a row for each of the run's ranked links.

    Parameters
    ----------
    run : RunFolder
        A run with ranked links, of which evidence is asked for; its lock is held by the caller.
    parts : sequence of Path
        The folders of replicates of all shards, with all replicate targets of the kinds that the
        run lacks.
    expression : Expression
        The run's data set in canonical order.

    Raises
    ------
    RunError
        When a part, the links or the evidence there is are damaged.
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    The links are read row group by row group, a few times. Columns that an earlier job has written
    are kept.
    """
    kinds = _kinds(_Network(run, parts, expression))
    about = {name: value for kind in kinds for name, value in kind.about.items()}
    with EvidenceWriter(
        run.evidence_path,
        genes=expression.genes,
        columns=[name for kind in kinds for name in kind.columns],
        about={**about, "version": __version__},
    ) as writer:
        for links in _row_groups(RankedLinks(run.path)):
            found: dict[str, NDArray[Any]] = {}
            for kind in kinds:
                found.update(kind.of(*links))
            writer.add(found)


class _Kind(Protocol):
    """Some columns of the evidence."""

    columns: tuple[str, ...]
    about: Mapping[str, Any]

    def of(
        self, regulators: Positions, targets: Positions, importance: NDArray[np.float32]
    ) -> Columns:
        """Return the columns of some links; asked for all links, in the order of their ranks."""
        ...


def _row_groups(links: RankedLinks) -> Iterator[tuple[Positions, Positions, NDArray[np.float32]]]:
    """Yield the regulators, targets and importance of row group after row group."""
    for batch in links.batches(at_least_one=True):
        regulators, targets = (batch[name].indices.to_numpy() for name in ("regulator", "target"))
        yield regulators, targets, batch["importance"].to_numpy()


@dataclass(frozen=True, slots=True, eq=False)
class _Network:
    """What all kinds of evidence start from.

    Parameters
    ----------
    run : RunFolder
        The run.
    parts : sequence of Path
        The folders of replicates of all shards.
    expression : Expression
        The run's data set in canonical order.
    """

    run: RunFolder
    parts: Sequence[Path]
    expression: Expression

    @property
    def links(self) -> RankedLinks:
        """The ranked links."""
        return RankedLinks(self.run.path)

    @property
    def targets(self) -> Positions:
        """Positions of the network's targets."""
        return positions_of(self.run.spec.targets, self.expression.genes)

    @property
    def regulators(self) -> Positions:
        """Positions of its regulators."""
        return positions_of(self.run.spec.regulators, self.expression.genes)

    @property
    def n_possible(self) -> int:
        """Links that the network could have."""
        regulators, targets = self.regulators, self.targets
        return int(regulators.size * targets.size - np.intersect1d(regulators, targets).size)

    def plan(self, make: Callable[..., ReplicatePlan]) -> ReplicatePlan:
        """Return replicate targets of the network."""
        return make(
            self.expression,
            targets=self.targets,
            regulators=self.regulators,
            forest=self.run.spec.forest,
        )


def _kinds(network: _Network) -> list[_Kind]:
    """Compute what the evidence that is asked for needs of all links together."""
    asked, present = network.run.confidence, Evidence.open(network.run.path)
    kinds: list[_Kind] = [_Strength(network)]
    for kind, is_asked in (
        (_PValues, asked is not None and asked.p_values),
        (_Stability, asked is not None and asked.stability),
    ):
        if is_asked and present is not None and set(kind.columns) <= set(present.columns):
            kinds.append(_Present(present, kind.columns))
        elif is_asked:
            kinds.append(kind(network))
    return kinds


class _Present:
    """Evidence of one kind that is there already."""

    def __init__(self, evidence: Evidence, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.about: Mapping[str, Any] = evidence.about
        self._evidence = evidence
        self._n_read = 0

    def of(
        self, regulators: Positions, targets: Positions, importance: NDArray[np.float32]
    ) -> Columns:
        """See `_Kind`."""
        ranks = np.arange(self._n_read, self._n_read + len(targets), dtype=np.int64) + 1
        self._n_read += len(targets)
        rows = self._evidence.rows(ranks)
        return {name: rows.column(name).to_numpy(zero_copy_only=False) for name in self.columns}


class _Strength:
    """How strong a link is next to the others of its target, and its rival."""

    columns: tuple[str, ...] = (RELATIVE_IMPORTANCE, RIVAL, RIVAL_CORRELATION)
    about: Mapping[str, Any] = {}

    def __init__(self, network: _Network) -> None:
        n_genes = network.expression.n_genes
        self._best = np.zeros(n_genes, np.float32)
        strongest = strongest_regulators(network.links, n_genes=n_genes)
        self._rivals = Rivals(network.expression, network.regulators, strongest)

    def of(
        self, regulators: Positions, targets: Positions, importance: NDArray[np.float32]
    ) -> Columns:
        """See `_Kind`."""
        np.maximum.at(self._best, targets, importance)  # stronger links came before
        rival, correlation = self._rivals.of(regulators, targets)
        return {
            RELATIVE_IMPORTANCE: importance / self._best[targets],
            RIVAL: rival,
            RIVAL_CORRELATION: correlation,
        }


class _Stability:
    """The stability of links."""

    columns: tuple[str, ...] = (STABILITY,)
    about: Mapping[str, Any] = {"n_halves": N_HALVES}

    def __init__(self, network: _Network) -> None:
        plan = network.plan(half_plan)
        halves = read_replicates(plan, network.parts, network.run.spec.dataset)
        picked = picked_per_target(
            network.links,
            network.targets,
            n_genes=network.expression.n_genes,
            n_possible=network.n_possible,
        )
        self._stability = Stability(halves, network.targets, picked)

    def of(
        self, regulators: Positions, targets: Positions, importance: NDArray[np.float32]
    ) -> Columns:
        """See `_Kind`."""
        return {STABILITY: self._stability.of(regulators, targets)}


class _PValues:
    """The p and q values of links."""

    columns: tuple[str, ...] = (P, Q)

    def __init__(self, network: _Network) -> None:
        expression, targets, regulators = network.expression, network.targets, network.regulators
        groups = target_groups(expression, targets)
        self._groups = groups.group
        self._columns = np.zeros(expression.n_genes, np.int64)
        self._columns[regulators] = np.arange(regulators.size)
        self._nulls = read_nulls(
            network.plan(null_plan),
            network.parts,
            network.run.spec.dataset,
            members=null_targets(groups, seed=network.run.spec.forest.seed).members,
            regulators=regulators,
            n_groups=len(groups.members),
        )
        self._n_trees = _divisors(network.run.finished_targets().values(), expression.genes)
        n_tests = network.n_possible
        self._discoveries = Discoveries(n_tests)
        for links in _row_groups(network.links):
            self._discoveries.add(self._p_values(*links))
        self.about: Mapping[str, Any] = {
            "n_groups": len(groups.members),
            "n_nulls": self._nulls.n_nulls,
            "n_tests": n_tests,
            # A real target has more trees than a permuted one, which use more regulators, so few
            # p values are large whether or not the target depends on them.
            "pi0": None if (self._n_trees > 1.0).any() else self._discoveries.pi0,
        }

    def of(
        self, regulators: Positions, targets: Positions, importance: NDArray[np.float32]
    ) -> Columns:
        """See `_Kind`."""
        p = self._p_values(regulators, targets, importance)
        return {P: p, Q: self._discoveries.q_values(p)}

    def _p_values(
        self, regulators: Positions, targets: Positions, importance: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        return self._nulls.p_values(
            self._groups[targets], self._columns[regulators], importance / self._n_trees[targets]
        )


def read_nulls(
    plan: ReplicatePlan,
    parts: Sequence[Path],
    dataset: str,
    *,
    members: Positions,
    regulators: Positions,
    n_groups: int,
) -> NullDistributions:
    """Read the importances of the null targets of a run.

    Parameters
    ----------
    plan : ReplicatePlan
        The null targets.
    parts : sequence of Path
        The folders of replicates of all shards.
    dataset : str
        Fingerprint of the run's data set.
    members : (n_nulls,) int32
        Position of the target whose values each permutes.
    regulators : (n_regulators,) int32
        Positions of the network's regulators, ascending.
    n_groups : int
        Groups of targets.

    Returns
    -------
    NullDistributions
        Of 4 bytes for each null target and regulator: 12 MB for 1,500 regulators, 400 MB for
        49,196.

    Raises
    ------
    RunError
        When a part is damaged, or belongs to another data set.
    """
    importance = np.zeros((len(plan.names), regulators.size), np.float32)
    for links in read_replicates(plan, parts, dataset):
        importance[links.numbers, np.searchsorted(regulators, links.regulators)] = links.importance
    found = replicate_targets(plan, parts, dataset)
    own = np.where(np.isin(members, regulators), np.searchsorted(regulators, members), -1)
    return NullDistributions(importance, own, _divisors(found, plan.names), n_groups)


def _divisors(targets: Iterable[TargetSummary], names: Sequence[str]) -> NDArray[np.float64]:
    """Return the trees of targets, by their place in a list of names.

    Boosting grows more trees where there is more to learn, and importances sum to their number. So
    they are compared as shares. It is 1 for a method that grows as many trees for all targets.
    """
    places = {name: place for place, name in enumerate(names)}
    n_trees = np.ones(len(places))
    for target in targets:
        n_trees[places[target.target]] = target.n_trees or 1
    return n_trees
