"""Activity of regulons in each sample, by AUCell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import sample_parts
from genie3_engine.errors import InputError, OptionError
from genie3_engine.kernels.recovery import add_recoveries
from genie3_engine.regulons.regulon import RegulonSet

TOP_SHARE = 0.05
LEAST_PRESENT = 0.8  # of a regulon's genes; AUCell's
_BLOCK_VALUES = 4_000_000
_STRIDE = 16

Floats = npt.NDArray[np.float64]


class Activity:
    """The activity of regulons in the samples of a data set.

    Parameters
    ----------
    expression : Expression
        The data set.
    regulons : RegulonSet
        The regulons.
    top_share : float
        Share of the genes, from the highest of a sample on, that the recovery curve runs over.
    seed : int
        Decides the order of genes of the same expression.

    Raises
    ------
    InputError
        When less than 80 % of a regulon's genes are in the data.
    OptionError
        When the share holds fewer than 2 genes, or all of them.

    Notes
    -----
    AUCell (Aibar et al. 2017, Nat. Methods 14:1083), as pySCENIC computes it without weights. Genes
    are ranked from the highest expression in a sample, from 0. With c the top share of the genes,
    rounded, less one, the activity of a regulon of n genes is the sum of c - rank over its genes of
    a rank below c, divided by (c + 1) n. Genes of the same expression are in an order that is drawn
    once, as in pySCENIC: by the hash of seed and name, so that it does not depend on the order of
    the genes in the data.
    """

    def __init__(
        self,
        expression: Expression,
        regulons: RegulonSet,
        *,
        top_share: float = TOP_SHARE,
        seed: int = 0,
    ) -> None:
        self.names = tuple(regulon.name for regulon in regulons)
        self.samples = expression.samples
        self.n_top = n_top_genes(top_share, expression.n_genes)
        self._expression = expression
        self._order = tie_order(expression.genes, seed)
        members, sizes = _members(expression, regulons)
        self._sizes = sizes
        # Sets by gene, in the order in which the genes are looked at.
        genes = np.concatenate([np.zeros(0, np.int64), *members])
        sets = np.repeat(np.arange(len(members), dtype=np.int32), [len(each) for each in members])
        by_gene = np.argsort(genes, kind="stable")
        self._members = sets[by_gene]
        counts = np.bincount(genes, minlength=expression.n_genes)
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Compute some samples at a time.

        Yields
        ------
        samples : slice
            Which samples.
        activity : (n_samples, n_regulons) float64
            From 0 to 1.
        """
        n_samples = len(self.samples)
        largest = max(self._expression.n_genes, len(self.names))
        step = max(1, min(n_samples, _BLOCK_VALUES // max(1, largest)))
        for part, held in sample_parts(self._expression.values):
            edges = [*range(part.start, part.stop, step), part.stop]
            for first, last in pairwise(edges):
                values = np.asarray(held[:, first - part.start : last - part.start])
                yield slice(first, last), self._activity(values)

    def _activity(self, values: Floats) -> Floats:
        """Return the activity of the regulons in some samples, of which all genes are given."""
        ranked = highest(np.ascontiguousarray(values[self._order].T), self.n_top)
        areas = np.zeros((values.shape[1], len(self.names)), np.int64)
        add_recoveries(self._order[ranked].astype(np.int32), self._starts, self._members, areas)
        scaled: Floats = areas / ((self.n_top + 1) * self._sizes)
        return scaled

    def matrix(self) -> npt.NDArray[np.float32]:
        """Return the activity of all regulons in all samples, (n_samples, n_regulons)."""
        whole = np.empty((len(self.samples), len(self.names)), np.float32)
        for samples, block in self.blocks():
            whole[samples] = block
        return whole


def n_top_genes(top_share: float, n_genes: int) -> int:
    """Return how many of a sample's highest genes count; raises `OptionError` when too few do.

    Examples
    --------
    >>> n_top_genes(0.05, 1000)
    49
    """
    n_top = round(top_share * n_genes) if 0 < top_share <= 1 else 0
    if not 2 <= n_top < n_genes:
        least = min(1.0, 2.5 / max(n_genes, 1))
        raise OptionError(
            f"The top {top_share:g} of {n_genes:,} genes holds too few or all of them.",
            f"Give a share between {least:.2g} and 1 that holds two genes or more.",
        )
    return n_top - 1


def tie_order(genes: Sequence[str], seed: int) -> npt.NDArray[np.int64]:
    """Return the order of genes of the same expression, as positions."""
    keys = [hashlib.blake2b(f"{seed}:{gene}".encode(), digest_size=8).digest() for gene in genes]
    order = sorted(range(len(genes)), key=lambda place: (keys[place], genes[place]))
    return np.array(order, np.int64)


def highest(rows: Floats, n_top: int) -> npt.NDArray[np.int64]:
    """Return the positions of the highest values of each row, the highest first.

    Parameters
    ----------
    rows : (n_rows, n) float64
        Values.
    n_top : int
        Positions to return, fewer than n.

    Returns
    -------
    (n_rows, n_top) int64
        Of the same value, the first comes first.
    """
    top = np.empty((len(rows), n_top), np.int64)
    for row, places in zip(rows, top, strict=True):
        likely = _likely(row, n_top)
        values = row[likely]
        least = np.partition(values, -n_top)[-n_top]
        above = likely[values > least]
        places[: len(above)] = above[np.argsort(-row[above], kind="stable")]
        places[len(above) :] = likely[values == least][: n_top - len(above)]
    return top


def _likely(row: Floats, n_top: int) -> npt.NDArray[np.int64]:
    """Return positions that hold the highest values: about twice as many, by a look at some."""
    some = row[::_STRIDE]
    n_some = 2 * n_top // _STRIDE + _STRIDE
    if n_some < len(some):
        likely = np.flatnonzero(row >= np.partition(some, -n_some)[-n_some])
        if len(likely) >= n_top:
            return likely
    return np.arange(len(row))


def _members(
    expression: Expression, regulons: RegulonSet
) -> tuple[list[npt.NDArray[np.int64]], Floats]:
    """Return the rows of each regulon's genes, and how many there are."""
    places = {gene: place for place, gene in enumerate(expression.genes)}
    rows = np.array([places.get(gene, -1) for gene in regulons.genes], np.int64)
    members = []
    for regulon in regulons:
        found = np.append(rows[regulon.targets], places.get(regulon.regulator, -1))
        found = found[found >= 0]
        if len(found) < LEAST_PRESENT * len(regulon):
            raise InputError(
                f"The data set has only {len(found):,} of the {len(regulon):,} genes of the"
                f" regulon {regulon.name}.",
                "Compute activity on the data set that the network was inferred from.",
            )
        members.append(found)
    return members, np.array([len(each) for each in members], np.float64)
