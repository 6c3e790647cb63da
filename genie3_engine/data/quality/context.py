"""The data that every check looks at, and words that several checks use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from genie3_engine.data.gene_identifiers import Identifiers, identifiers
from genie3_engine.data.quality.findings import Fact, Finding
from genie3_engine.data.raw_expression import RawExpression, ReadReport
from genie3_engine.data.regulator_lists import ListMatch, proposed_list
from genie3_engine.data.sample_similarity import SampleDistances, copied_samples, sample_distances
from genie3_engine.data.sparse_genes import SparseGenes
from genie3_engine.data.summary_statistics import Floats, Measures, dense_blocks, measure
from genie3_engine.data.value_scale import Scale, detect_scale

_SHOWN = 3


@dataclass
class QualityContext:
    """The data to check; what takes time is computed once.

    Parameters
    ----------
    raw : RawExpression
        The data, after the recipe so far.
    report : ReadReport or None
        How they were read.
    wanted : sequence of str or None
        The names of the candidate regulators; None for every gene.
    recipe : tuple of str
        Names of the fixes that were applied.
    """

    raw: RawExpression
    report: ReadReport | None = None
    wanted: Sequence[str] | None = None
    recipe: tuple[str, ...] = ()

    @cached_property
    def measures(self) -> Measures:
        """Return the level, range and gaps of genes and samples."""
        return measure(self.raw.values)

    @cached_property
    def is_complete(self) -> bool:
        """Return whether every value is there and finite; much faster than `measures`."""
        values = self.raw.values
        if not (self.raw.n_genes and self.raw.n_samples):
            return False
        if isinstance(values, SparseGenes):
            return all(bool(np.isfinite(block.data).all()) for _, block in values.blocks())
        return all(bool(np.isfinite(block).all()) for _, block in dense_blocks(values))

    @cached_property
    def scale(self) -> Scale:
        """Return which scale the values are on."""
        return detect_scale(self.raw, self.measures)

    @cached_property
    def identifiers(self) -> Identifiers:
        """Return what the genes are called."""
        return identifiers(self.raw.genes)

    @cached_property
    def proposed_list(self) -> ListMatch | None:
        """Return the list of regulators that matches most genes."""
        return proposed_list(self.raw.genes)

    @cached_property
    def sample_distances(self) -> SampleDistances | None:
        """Return how far apart the samples are."""
        return sample_distances(self.raw, self.measures, as_logs=self.scale.wants_logs)

    @cached_property
    def copies(self) -> list[tuple[int, ...]]:
        """Return groups of samples that are the same in every gene."""
        return copied_samples(self.raw)

    @property
    def zero_share(self) -> float:
        """Return the share of zeros among the values."""
        return self.measures.n_zero / max(1, self.measures.n_values)

    @property
    def looks_single_cell(self) -> bool:
        """True when most values are zero, as in single cells, and samples are not a handful."""
        return self.zero_share >= 0.6 and self.raw.n_samples >= 30 and self.raw.n_genes >= 100

    @property
    def library_sizes(self) -> Floats:
        """Return the sum of each sample."""
        return self.measures.samples.total


Check = Callable[[QualityContext], Iterator[Finding]]
Describe = Callable[[QualityContext], Iterator[Fact]]


def some(names: Sequence[str], *, at_most: int = _SHOWN) -> str:
    """Return the first names in quotes, and how many there are beyond."""
    shown = ", ".join(f"'{name}'" for name in names[:at_most])
    more = len(names) - at_most
    return f"{shown} and {more:,} more" if more > 0 else shown


def names_at(names: Sequence[str], which: np.ndarray) -> list[str]:
    """Return the names where an array is true."""
    return [names[int(place)] for place in np.flatnonzero(which)]
