"""A complete expression matrix with named genes and samples, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.data.sparse_genes import GeneRows, SparseGenes


@dataclass(frozen=True, slots=True)
class Expression:
    """Expression of genes in samples.

    Parameters
    ----------
    values : (n_genes, n_samples) float64
        One row per gene: an array in C order, which may be memory-mapped or read-only, or
        `SparseGenes`, which gives the same rows when they are asked for.
    genes : tuple of str
        Names of the rows, all different.
    samples : tuple of str
        Names of the columns, made up (``sample 1``) when the data have none; a name may occur
        more than once.
    has_sample_names : bool
        False when the names of the samples are made up and only their order distinguishes them.
    annotations : mapping of str to tuple of str
        Columns of labels, one per sample; not a part of the fingerprint, because no result
        depends on them.
    sheet : SampleSheet or None
        Series, perturbations, replicates and blocks of the samples; a sheet without any entry
        becomes None.
    gene_table : GeneTable
        What the file has about the genes besides their names, like the annotations no part of the
        fingerprint; without rows for data that are opened from a store.

    Raises
    ------
    ValueError
        When names or sheet and values do not fit together, or a gene occurs twice.
    """

    values: GeneRows
    genes: tuple[str, ...]
    samples: tuple[str, ...]
    has_sample_names: bool = True
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    sheet: SampleSheet | None = None
    gene_table: GeneTable = field(default=NO_GENE_TABLE, compare=False)

    def __post_init__(self) -> None:
        """Refuse names and a sheet that do not fit the values."""
        if self.values.shape != (len(self.genes), len(self.samples)):
            raise ValueError(
                f"values of shape {self.values.shape} with {len(self.genes)} genes and "
                f"{len(self.samples)} samples"
            )
        if len(set(self.genes)) != len(self.genes):
            raise ValueError("gene names must be unique")
        if self.sheet is not None and self.sheet.n_samples != self.n_samples:
            raise ValueError(
                f"a sheet of {self.sheet.n_samples} samples for {self.n_samples} samples"
            )
        if self.sheet is not None and self.sheet.is_empty:
            object.__setattr__(self, "sheet", None)

    @property
    def n_genes(self) -> int:
        """Return the number of genes."""
        return len(self.genes)

    @property
    def n_samples(self) -> int:
        """Return the number of samples."""
        return len(self.samples)

    @property
    def is_sparse(self) -> bool:
        """True where genes are made dense one at a time; see `SparseGenes`."""
        return isinstance(self.values, SparseGenes)

    @property
    def provides(self) -> frozenset[str]:
        """Return what there is of the things that a method may need; see `SampleSheet`."""
        return frozenset() if self.sheet is None else self.sheet.provides

    def canonical(self) -> Expression:
        """Return the same data in the order that decides results.

        Returns
        -------
        Expression
            Genes sorted by name; samples sorted by name where they have names, in their order
            where they have none. Samples of one name are sorted by their values, then by their
            entries in the sheet, so that the order they came in never matters. Negative zeros
            become zeros.
        """
        gene_order, sample_order = self._canonical_order()
        if self._is_in_order(gene_order, sample_order) and not _has_negative_zero(self.values):
            return self
        return Expression(
            _in_order(self.values, gene_order, sample_order),
            tuple(self.genes[gene] for gene in gene_order),
            tuple(self.samples[sample] for sample in sample_order),
            self.has_sample_names,
            {
                column: tuple(labels[sample] for sample in sample_order)
                for column, labels in self.annotations.items()
            },
            None if self.sheet is None else self.sheet.take(sample_order),
            self.gene_table,
        )

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256, in hexadecimal, of the data in canonical order.

        It covers the names of the genes, of the samples where they have names, the values, and
        the sample sheet where there is one.
        Computed at each call, in about 0.1 s for 10 million values.
        """
        gene_order, sample_order = self._canonical_order()
        samples: list[str] | int = self.n_samples
        if self.has_sample_names:
            samples = [self.samples[sample] for sample in sample_order]
        names: dict[str, object] = {
            "genes": [self.genes[gene] for gene in gene_order],
            "samples": samples,
        }
        if self.sheet is not None:
            names["sheet"] = self.sheet.take(sample_order).to_dict()
        digest = hashlib.sha256(json.dumps(names, ensure_ascii=True).encode())
        is_sorted = bool((sample_order == np.arange(self.n_samples)).all())
        for gene in gene_order:
            values = self.values[gene]
            row = (values if is_sorted else values[sample_order]) + 0.0
            digest.update(row.astype("<f8", copy=False).tobytes())
        return digest.hexdigest()

    def _canonical_order(self) -> tuple[list[int], NDArray[np.intp]]:
        gene_order = sorted(range(self.n_genes), key=self.genes.__getitem__)
        if not self.has_sample_names:
            return gene_order, np.arange(self.n_samples)
        counts = Counter(self.samples)
        repeated = [i for i, name in enumerate(self.samples) if counts[name] > 1]
        by_values = dict(zip(repeated, self._places_by_values(gene_order, repeated), strict=True))

        def key(sample: int) -> tuple[str, int, tuple[Any, ...]]:
            name = self.samples[sample]
            if counts[name] == 1:
                return name, 0, ()
            entries = () if self.sheet is None else self.sheet.sort_key(sample)
            return name, by_values[sample], entries

        return gene_order, np.array(sorted(range(self.n_samples), key=key), dtype=np.intp)

    def _places_by_values(self, gene_order: list[int], samples: list[int]) -> list[int]:
        """Return the place of each sample when those of one name are sorted by their values.

        Samples that are equal in every gene share a place. Genes are looked at until the samples of
        each name differ.
        """
        names = [self.samples[sample] for sample in samples]
        ordered = sorted(names)
        places = np.array([bisect_left(ordered, name) for name in names], dtype=np.intp)
        columns = np.array(samples, dtype=np.intp)
        for gene in gene_order:
            tied = np.flatnonzero(np.bincount(places, minlength=1)[places] > 1)
            if not tied.size:
                break
            values = self.values[gene][columns[tied]]
            by_value = np.lexsort((values, places[tied]))
            group, value = places[tied][by_value], values[by_value]
            is_first = np.append(True, group[1:] != group[:-1])
            is_new = np.append(True, (group[1:] != group[:-1]) | (value[1:] != value[:-1]))
            at = np.arange(tied.size)
            first = np.maximum.accumulate(np.where(is_first, at, 0))
            new = np.maximum.accumulate(np.where(is_new, at, 0))
            places[tied[by_value]] = group + new - first
        return [int(place) for place in places]

    def _is_in_order(self, gene_order: list[int], sample_order: NDArray[np.intp]) -> bool:
        genes_sorted = gene_order == list(range(self.n_genes))
        return genes_sorted and bool((sample_order == np.arange(self.n_samples)).all())


def _in_order(values: GeneRows, genes: list[int], samples: NDArray[np.intp]) -> GeneRows:
    """Return the values in another order, without negative zeros."""
    if isinstance(values, SparseGenes):
        return values.take_genes(np.array(genes, dtype=np.intp)).take_samples(samples)
    ordered = np.empty(values.shape, dtype=np.float64)
    for row, gene in enumerate(genes):
        np.add(values[gene][samples], 0.0, out=ordered[row])
    ordered.flags.writeable = False
    return ordered


def _has_negative_zero(values: GeneRows) -> bool:
    if isinstance(values, SparseGenes):
        return False
    return any(bool((np.signbit(row) & (row == 0)).any()) for row in values)
