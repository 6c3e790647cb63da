"""Test gene sets for over-representation in groups of genes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log, log10

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine import labels
from genie3_engine.enrichment.folding import fold_overlapping
from genie3_engine.enrichment.gene_sets import MatchedSets
from genie3_engine.enrichment.hypergeometric import log_adjusted, log_tail
from genie3_engine.enrichment.options import EnrichmentOptions, Universe

MEANING = (
    "An enriched set has more genes in a group than a random choice of as many genes of the "
    "universe would have. It does not show that a regulator acts on this process: modules and many "
    "sets both follow co-expression, and co-expressed genes are not independent draws, so that "
    "p-values are too small. Another universe gives other values."
)
_LN_10 = log(10)


@dataclass(frozen=True, slots=True, eq=False)
class Enrichment:
    """Enriched sets of several groups of genes.

    Parameters
    ----------
    table : DataFrame
        A row for each enriched set of a group, groups in order and the smallest p first: ``group``,
        ``set``, ``description``, ``n_hits`` (genes of the set in the group), ``n_group`` and
        ``n_set`` (genes of both in the universe), ``expected`` (hits of a random draw), ``ratio``
        (hits by expected ones), ``p``, ``q``, ``log10_q``, ``behind`` (the stronger set that it is
        folded behind; empty for those shown first), ``genes`` (identifiers of the hits), and
        ``symbols`` (their labels), where the genes have symbols.
    groups : tuple of str
        The groups that were tested, in order.
    options : EnrichmentOptions
        How they were tested.
    n_sets : int
        Sets that were tested in each group.
    n_universe : int
        Genes of the universe.
    n_genes : int
        Genes of the network.
    notes : tuple of str
        How the sets were read and matched: sentences.
    """

    table: pd.DataFrame
    groups: tuple[str, ...]
    options: EnrichmentOptions
    n_sets: int
    n_universe: int
    n_genes: int
    notes: tuple[str, ...] = ()

    @property
    def heads(self) -> pd.DataFrame:
        """Rows of the table that are not folded behind others."""
        return self.table[self.table["behind"] == ""]

    @property
    def n_tests(self) -> int:
        """Tests that the q-values allow for."""
        return len(self.groups) * self.n_sets

    @property
    def method(self) -> str:
        """How the values were computed, in sentences."""
        options = self.options
        which = {
            Universe.ANNOTATED: f"that are in at least one set, of {self.n_genes:,}",
            Universe.ALL: "with or without a set",
        }[options.universe]
        return (
            f"Universe: the {labels.count(self.n_universe, 'gene')} of the network {which}. "
            f"One-sided hypergeometric test (Fisher's exact test) of sets with {options.min_size:,}"
            f" to {options.max_size:,} genes in the universe; q by Benjamini and Hochberg over all "
            f"{labels.count(self.n_tests, 'test')} ({labels.count(len(self.groups), 'group')} × "
            f"{labels.count(self.n_sets, 'set')}). Enriched: q ≤ {options.largest_q:g}. A set is "
            f"folded behind a stronger one that has at least "
            f"{labels.percent(options.folded_share)} of its genes in the group."
        )


def over_representation(
    groups: Mapping[str, Collection[str]],
    sets: MatchedSets,
    options: EnrichmentOptions | None = None,
) -> Enrichment:
    """Test every set in every group of genes.

    Parameters
    ----------
    groups : mapping of str to collection of str
        Genes of each group; those that are not of the universe are left out.
    sets : MatchedSets
        The sets, of the same genes.
    options : EnrichmentOptions, optional
        Universe, sizes and the largest q.

    Returns
    -------
    Enrichment
        The enriched sets of each group.

    Notes
    -----
    The p-value of a set with K of N genes of the universe, of which k are in a group of n, is the
    hypergeometric probability of k or more. Every pair of a group and a set counts as a test, also
    without a common gene.
    """
    options = options or EnrichmentOptions()
    universe = _universe(sets, options.universe)
    n_universe = int(universe.sum())
    chosen = _memberships(groups, sets.genes) & universe
    sizes = np.diff(sets.members.indptr).astype(np.int64)
    tested = np.flatnonzero((sizes >= options.min_size) & (sizes <= options.max_size))
    members = sets.members[tested].astype(np.int32)
    hits = np.asarray((members @ chosen.T.astype(np.int32)).T, np.int64)
    group, place = np.nonzero(hits)
    k, n_group, n_set = hits[group, place], chosen.sum(1)[group], sizes[tested][place]
    log_p = _log_p(k, n_group, n_set, n_universe)
    log_q = log_adjusted(log_p, max(1, len(groups) * len(tested)))
    kept = np.flatnonzero(log_q <= log(options.largest_q) + 1e-12)
    kept = kept[np.lexsort((-k[kept], log_p[kept], group[kept]))]
    expected = n_group[kept] * n_set[kept] / max(1, n_universe)
    rows = tested[place[kept]]
    names = np.array(tuple(groups), dtype=object)
    behind, members_of = _details(sets, chosen, group[kept], rows, share=options.folded_share)
    table = pd.DataFrame(
        {
            "group": pd.Series(names[group[kept]], dtype="str"),
            "set": pd.Series([sets.names[row] for row in rows], dtype="str"),
            "description": pd.Series([sets.descriptions[row] for row in rows], dtype="str"),
            "n_hits": k[kept],
            "n_group": n_group[kept],
            "n_set": n_set[kept],
            "expected": expected,
            "ratio": k[kept] / expected,
            "p": np.exp(log_p[kept]),
            "q": np.exp(log_q[kept]),
            "log10_q": log_q[kept] / _LN_10,
            "behind": pd.Series(behind, dtype="str"),
            "genes": _joined(members_of, sets.genes),
        }
    )
    if sets.table.has_symbols:
        table["symbols"] = _joined(members_of, sets.table.labels(sets.genes))
    return Enrichment(
        table=table,
        groups=tuple(groups),
        options=options,
        n_sets=len(tested),
        n_universe=n_universe,
        n_genes=len(sets.genes),
        notes=(*sets.notes, sets.sentence),
    )


def _universe(sets: MatchedSets, universe: Universe) -> npt.NDArray[np.bool_]:
    if universe is Universe.ANNOTATED:
        return sets.annotated
    return np.ones(len(sets.genes), np.bool_)


def _memberships(
    groups: Mapping[str, Collection[str]], genes: Sequence[str]
) -> npt.NDArray[np.bool_]:
    """Return which genes each group has; (n_groups, n_genes)."""
    place = {gene: i for i, gene in enumerate(genes)}
    chosen = np.zeros((len(groups), len(genes)), np.bool_)
    for row, members in enumerate(groups.values()):
        chosen[row, [place[gene] for gene in members if gene in place]] = True
    return chosen


def _log_p(
    k: npt.NDArray[np.int64],
    n_group: npt.NDArray[np.int64],
    n_set: npt.NDArray[np.int64],
    n_universe: int,
) -> npt.NDArray[np.float64]:
    """Return log p of each test; those of equal numbers are computed once."""
    side = n_universe + 1
    keys, inverse = np.unique((k * side + n_group) * side + n_set, return_inverse=True)
    rest, marked = np.divmod(keys, side)
    hits, drawn = np.divmod(rest, side)
    return log_tail(hits, drawn, marked, n_universe)[inverse]


def _details(
    sets: MatchedSets,
    chosen: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    *,
    share: float,
) -> tuple[list[str], list[npt.NDArray[np.int64]]]:
    """Return the set that each row is folded behind, and the positions of its hits."""
    behind = [""] * len(rows)
    found = [np.zeros(0, np.int64)] * len(rows)
    for each in np.unique(group):
        places = np.flatnonzero(group == each)
        members = np.flatnonzero(chosen[each])
        hits = sets.members[rows[places]][:, members].toarray()
        heads = fold_overlapping(hits, share=share)
        for row, place in enumerate(places):
            found[place] = members[hits[row]]
            if heads[row] != row:
                behind[place] = sets.names[rows[places[heads[row]]]]
    return behind, found


def _joined(places: Sequence[npt.NDArray[np.int64]], names: Sequence[str]) -> pd.Series[str]:
    texts = np.array(names, dtype=object)
    return pd.Series([", ".join(texts[each]) for each in places], dtype="str")


def shown_q(log10_q: float) -> str:
    """Return a q-value with two digits, also one too small for a floating-point number.

    Examples
    --------
    >>> shown_q(-1.5), shown_q(-400.25)
    ('0.032', '5.6e-401')
    """
    if log10_q > log10(0.0001):
        return f"{10**log10_q:.2g}"
    exponent = int(np.floor(log10_q))
    return f"{10 ** (log10_q - exponent):.1f}e{exponent}"
