"""Samples of two groups, pooled: checked, in an order that does not depend on which is first."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import require_dense
from genie3_engine.datasets.store import open_dataset, sample_annotations
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs.atomic_write import written_aside
from genie3_engine.jobs.stored_files import open_matrix
from genie3_engine.labels import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.differential.comparison_spec import ComparisonSpec, Group

FEWEST_SAMPLES = 20
FEW_SAMPLES = 60
FEWEST_GENES = 2
LABELLINGS_PER_PERMUTATION = 10
MOST_NAMED = 12
_UNBALANCED = 0.5  # difference of a batch's shares in both groups that is worth a note
_BATCHES = re.compile(
    r"batch|block|plate|lane|centre|center|\bsite\b|stud(y|ies)|\brun\b|cohort|platform|donor|"
    r"patient",
    re.IGNORECASE,
)
_ROWS_AT_ONCE = 1 << 10


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """Samples of one stored data set that belong to one of the groups."""

    expression: Expression
    annotations: Mapping[str, tuple[str, ...]]
    samples: NDArray[np.intp]
    is_second: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PooledSamples:
    """The samples of both groups together.

    Parameters
    ----------
    spec : ComparisonSpec
        What is compared.
    genes : tuple of str
        Genes that both data sets have, sorted.
    n_left_out : int
        Genes that only one of the data sets has.
    is_second : (n_samples,) bool
        True for a sample of the second group. Samples are in the order of the fingerprints of
        their data sets, and in canonical order inside a data set.
    block_labels : tuple of str or None
        The block of each sample; None where labels are permuted among all.
    """

    spec: ComparisonSpec
    genes: tuple[str, ...]
    n_left_out: int
    is_second: NDArray[np.bool_]
    block_labels: tuple[str, ...] | None
    _sources: tuple[_Source, ...]

    @classmethod
    def of(cls, spec: ComparisonSpec, *, home: Path | None = None) -> PooledSamples:
        """Pool the samples of a comparison.

        Parameters
        ----------
        spec : ComparisonSpec
            What is compared.
        home : Path, optional
            The home; the user's by default.

        Raises
        ------
        InputError
            When a data set is not stored; a column or a value is not there; a group has fewer
            than 20 samples, or a sample is in both; the samples do not fit in memory; fewer than
            2 genes are common; a regulator or a target is not common; or labels cannot be permuted
            inside the blocks.
        """
        sources = _sources(spec, home)
        genes, n_left_out = _common_genes([source.expression for source in sources])
        pooled = cls(
            spec=spec,
            genes=genes,
            n_left_out=n_left_out,
            is_second=np.concatenate([source.is_second for source in sources]),
            block_labels=_labels(sources, spec.blocks) if spec.blocks else None,
            _sources=sources,
        )
        if any(source.expression.is_sparse for source in sources):
            require_dense((len(genes), pooled.is_second.size))
        pooled._check_sizes()
        pooled._check_names()
        pooled._check_labellings()
        return pooled

    @property
    def n_samples(self) -> tuple[int, int]:
        """Samples of the first and of the second group."""
        n_second = int(self.is_second.sum())
        return self.is_second.size - n_second, n_second

    @cached_property
    def blocks(self) -> NDArray[np.int64] | None:
        """Number of each sample's block; None where labels are permuted among all."""
        if self.block_labels is None:
            return None
        numbers = {label: number for number, label in enumerate(sorted(set(self.block_labels)))}
        return np.array([numbers[label] for label in self.block_labels], np.int64)

    @property
    def members(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Positions of the samples of both groups in their data sets, ascending."""
        first, second = (
            tuple(
                int(sample)
                for source in self._sources
                for sample in source.samples[source.is_second == is_second].tolist()
            )
            for is_second in (False, True)
        )
        return first, second

    @property
    def sample_labels(self) -> str:
        """Digest of which samples are compared, and the group and the block of each."""
        sources = [[source.samples.tolist(), source.is_second.tolist()] for source in self._sources]
        text = json.dumps([sources, self.block_labels], ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def regulators(self) -> NDArray[np.int32]:
        """Positions of the candidate regulators among the genes."""
        return self._positions(self.spec.regulators)

    @property
    def targets(self) -> NDArray[np.int32]:
        """Positions of the targets among the genes."""
        return self._positions(self.spec.targets)

    def notes(self) -> list[str]:
        """Return what to be careful about, one or two sentences each."""
        found = []
        smallest = min(self.n_samples)
        if smallest < FEW_SAMPLES:
            found.append(
                f"The smaller group has {smallest} samples. Below {FEW_SAMPLES}, the change of the "
                "correlation (fisher_z) found more of the changed links in simulations than z: "
                "compare the ranks of both."
            )
        if self.n_left_out:
            found.append(
                f"{count(self.n_left_out, 'gene')} of one of the data sets only left out; "
                f"{len(self.genes):,} are compared."
            )
        if len(self._sources) > 1 and not self.spec.blocks:
            found.append(
                "The groups come from two data sets. Whatever else differs between these, such as "
                "batch, protocol or laboratory, counts as a difference between the groups; only "
                "the level and the spread of each gene are adjusted."
            )
        found += self._notes_on_batches()
        n_constant = self._n_constant()
        if n_constant:
            found.append(
                f"Genes that do not vary in one of the groups: {n_constant:,}. There they have no "
                "links and no correlation, so z, p and q of their links do not show that their "
                "regulation changed."
            )
        if self.spec.blocks:
            found.append(
                f"spearman_1, spearman_2 and fisher_z do not know the blocks ({self.spec.blocks}): "
                "they take all samples of a group as independent and as one batch. z, p and q "
                "respect the blocks."
            )
        n_fixed = self._n_fixed()
        if n_fixed:
            found.append(
                f"Blocks of one group only have {count(n_fixed, 'sample')}, whose labels are never "
                "permuted."
            )
        return found

    def write(self, path: Path) -> None:
        """Write the expression of the common genes, as an ``.npy`` file of one row for each gene.

        Parameters
        ----------
        path : Path
            The file; it appears once it is whole. One that is there already is left alone.

        Raises
        ------
        StorageError
            When the disk is full or may not be written.
        """
        if path.is_file():
            return
        with suppress(FileExistsError), written_aside(path, may_replace=False) as aside:
            self._write(aside)

    def _write(self, path: Path) -> None:
        values = np.lib.format.open_memmap(
            path, "w+", np.float64, (len(self.genes), self.is_second.size)
        )
        rows = [_places(source.expression, self.genes) for source in self._sources]
        for start in range(0, len(self.genes), _ROWS_AT_ONCE):
            block = slice(start, start + _ROWS_AT_ONCE)
            at = 0
            for source, places in zip(self._sources, rows, strict=True):
                found = source.expression.values[places[block]][:, source.samples]
                values[block, at : at + source.samples.size] = found
                at += source.samples.size
        values.flush()

    def _positions(self, names: Sequence[str] | None) -> NDArray[np.int32]:
        if names is None:
            return np.arange(len(self.genes), dtype=np.int32)
        places = {gene: place for place, gene in enumerate(self.genes)}
        return np.array([places[name] for name in names], np.int32)

    def _check_sizes(self) -> None:
        for group, size in zip((self.spec.first, self.spec.second), self.n_samples, strict=True):
            if size < FEWEST_SAMPLES:
                raise InputError(
                    f"The group {group.label!r} has {size} samples; a comparison needs "
                    f"{FEWEST_SAMPLES} in each group.",
                    "Give larger groups: with fewer samples, forests of the same network differ "
                    "too much.",
                )
        if len(self.genes) < FEWEST_GENES:
            raise InputError(
                f"The two data sets have {len(self.genes)} common genes; "
                f"{FEWEST_GENES} are needed.",
                "Use the same gene names in both.",
            )

    def _check_names(self) -> None:
        known = set(self.genes)
        for names, what in ((self.spec.regulators, "regulator"), (self.spec.targets, "target")):
            if names is None:
                continue
            missing = [name for name in names if name not in known]
            if missing:
                raise InputError(
                    f"The {what} {missing[0]!r} is not a gene of both data sets "
                    f"({len(missing):,} such {what}s).",
                    "Give genes that both have.",
                )
            if not names:
                raise InputError(f"No {what} is left.", f"Give a {what} that both data sets have.")

    def _check_labellings(self) -> None:
        """Refuse blocks inside which labels have too few arrangements."""
        if self.block_labels is None:
            return
        per_block = _per_block(self.block_labels, self.is_second)
        n_labellings = math.prod(math.comb(n, n_second) for n, n_second in per_block.values())
        if n_labellings < LABELLINGS_PER_PERMUTATION * self.spec.n_permutations:
            n_mixed = sum(0 < n_second < n for n, n_second in per_block.values())
            raise InputError(
                f"{n_mixed} of the {len(per_block)} blocks of the column {self.spec.blocks!r} have "
                f"samples of both groups, so that there are {n_labellings:,} ways to exchange "
                "labels inside the blocks.",
                "Give a column whose blocks hold samples of both groups, or leave the blocks out.",
            )

    def _n_constant(self) -> int:
        """Return how many regulators and targets do not vary in a group."""
        chosen = np.union1d(self.regulators, self.targets)
        is_constant = np.zeros(chosen.size, bool)
        for source in self._sources:
            places = _places(source.expression, [self.genes[gene] for gene in chosen.tolist()])
            for is_second in np.unique(source.is_second):
                samples = source.samples[source.is_second == is_second]
                for start in range(0, chosen.size, _ROWS_AT_ONCE):
                    rows = slice(start, start + _ROWS_AT_ONCE)
                    values = source.expression.values[places[rows]][:, samples]
                    is_constant[rows] |= values.min(axis=1) == values.max(axis=1)
        return int(is_constant.sum())

    def _n_fixed(self) -> int:
        """Return the samples in blocks of one group only."""
        if self.block_labels is None:
            return 0
        per_block = _per_block(self.block_labels, self.is_second)
        return sum(n for n, n_second in per_block.values() if n_second in (0, n))

    def _notes_on_batches(self) -> list[str]:
        """Return a note for each column of batches whose shares differ between the groups."""
        chosen = {self.spec.first.column, self.spec.second.column, self.spec.blocks}
        columns = set.intersection(*(set(source.annotations) for source in self._sources))
        notes = []
        for column in sorted(columns - chosen):
            if not _BATCHES.search(column):
                continue
            labels = np.array(_column(self._sources, column))
            shares = [
                Counter(labels[self.is_second == is_second].tolist()) for is_second in (False, True)
            ]
            sizes = self.n_samples
            distance = 0.5 * sum(
                abs(shares[0][label] / sizes[0] - shares[1][label] / sizes[1])
                for label in set(labels.tolist())
            )
            if distance >= _UNBALANCED:
                notes.append(
                    f"The groups also differ in the column {column!r} ({distance:.0%} of the "
                    "samples): a change may be due to that. Give it as the blocks if each of its "
                    "values has samples of both groups."
                )
        return notes


def open_pooled(path: Path, genes: Sequence[str]) -> Expression:
    """Open what `PooledSamples.write` wrote; a module's function, so that processes can call it.

    Parameters
    ----------
    path : Path
        The file.
    genes : sequence of str
        The common genes.

    Raises
    ------
    RunError
        When it is missing or damaged.
    """
    try:
        values = open_matrix(path)
        names = tuple(f"sample {number}" for number in range(1, values.shape[1] + 1))
        return Expression(values, tuple(genes), names, has_sample_names=False)
    except (OSError, ValueError, IndexError) as error:
        raise RunError(f"{path} cannot be read.", "Resume the comparison.") from error


def group_values(column: str, labels: Sequence[str]) -> str:
    """Return the values of a column in words, the most frequent first.

    Examples
    --------
    >>> group_values("state", ["ill", "well", "ill"])
    "'state' has: ill (2), well (1)"
    """
    counts = Counter(label for label in labels if label).most_common()
    named = ", ".join(f"{label} ({n:,})" for label, n in counts[:MOST_NAMED])
    more = f" and {len(counts) - MOST_NAMED:,} more" if len(counts) > MOST_NAMED else ""
    return f"{column!r} has: {named}{more}"


def members_of(group: Group, annotations: Mapping[str, Sequence[str]], n_samples: int) -> set[int]:
    """Return the positions of a group's samples in its data set.

    Parameters
    ----------
    group : Group
        The group.
    annotations : mapping of str to sequence of str
        The labels of the samples, by column.
    n_samples : int
        Samples of the data set.

    Raises
    ------
    InputError
        When there is no such column or value.
    """
    if not group.column:
        return set(range(n_samples))
    labels = column_labels(group.column, annotations)
    found = {place for place, label in enumerate(labels) if label == group.value}
    if not found:
        raise InputError(
            f"The column {group.column!r} has no value {group.value!r}.",
            f"{group_values(group.column, labels)}.",
        )
    return found


def column_labels(column: str, annotations: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return the labels of a column; raises `InputError`, which names those there are."""
    if column not in annotations:
        names = ", ".join(repr(name) for name in annotations)
        raise InputError(
            f"The data set has no column {column!r} that groups its samples.",
            f"Give one of {names}."
            if names
            else "Give a file with annotations, or a sample sheet, that has 2 to 100 groups, or "
            "pairs: at least two samples for each label.",
        )
    return annotations[column]


def _sources(spec: ComparisonSpec, home: Path | None) -> tuple[_Source, ...]:
    groups = (spec.first, spec.second)
    sources = []
    for dataset in sorted({group.dataset for group in groups}):
        expression = open_dataset(dataset, home=home)
        annotations = sample_annotations(dataset, home=home)
        inside = [
            members_of(group, annotations, expression.n_samples)
            if group.dataset == dataset
            else set[int]()
            for group in groups
        ]
        both = inside[0] & inside[1]
        if both:
            raise InputError(
                f"{len(both):,} samples are in both groups, such as "
                f"{expression.samples[min(both)]!r}.",
                "Give two groups without a common sample.",
            )
        samples = np.array(sorted(inside[0] | inside[1]), np.intp)
        is_second = np.array([sample in inside[1] for sample in samples.tolist()], bool)
        sources.append(_Source(expression, annotations, samples, is_second))
    return tuple(sources)


def _common_genes(expressions: Sequence[Expression]) -> tuple[tuple[str, ...], int]:
    """Return the genes of all data sets, sorted, and how many are not in all."""
    first, *others = (frozenset(expression.genes) for expression in expressions)
    common, union = first.intersection(*others), first.union(*others)
    return tuple(sorted(common)), len(union) - len(common)


def _places(expression: Expression, genes: Sequence[str]) -> NDArray[np.intp]:
    places = {gene: place for place, gene in enumerate(expression.genes)}
    return np.array([places[gene] for gene in genes], np.intp)


def _labels(sources: Sequence[_Source], column: str) -> tuple[str, ...]:
    for source in sources:
        column_labels(column, source.annotations)
    labels = _column(sources, column)
    n_blank = labels.count("")
    if n_blank:
        raise InputError(
            f"{n_blank:,} samples have no entry in the column {column!r} of the blocks.",
            "Complete the column, or leave the blocks out.",
        )
    return tuple(labels)


def _column(sources: Sequence[_Source], column: str) -> list[str]:
    """Return the label of each pooled sample in a column."""
    return [
        source.annotations[column][sample]
        for source in sources
        for sample in source.samples.tolist()
    ]


def _per_block(labels: Sequence[str], is_second: NDArray[np.bool_]) -> dict[str, tuple[int, int]]:
    """Return the samples of each block, and how many of them are of the second group."""
    n_samples = Counter(labels)
    n_second = Counter(
        label for label, second in zip(labels, is_second.tolist(), strict=True) if second
    )
    return {label: (n, n_second[label]) for label, n in n_samples.items()}
