"""Cached gene sets, and those enriched in groups of genes of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from genie3_engine.enrichment.gene_sets import MatchedSets
from genie3_engine.enrichment.options import EnrichmentOptions
from genie3_engine.enrichment.over_representation import Enrichment, over_representation
from genie3_engine.enrichment.set_files import read_gene_sets
from genie3_engine.networks import gene_groups
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.runs import KeptSets
from ui import networks
from ui.networks import Network

MODULES, TARGETS, AROUND, CHOSEN = "modules", "targets", "around", "chosen"

_BY_CONTENT: dict[str | type, Callable[[Any], object]] = {
    Network: lambda of: f"{of.path} {of.version}",
    KeptSets: lambda of: (of.id, sorted(of.columns.items())),
    EnrichmentOptions: repr,
}


def matched(of: Network, kept: KeptSets) -> MatchedSets:
    """Return kept gene sets, matched with the genes of a network."""
    return _matched(of, kept, of.gene_table.version)


@st.cache_resource(max_entries=8, show_spinner="Matching the gene sets…", hash_funcs=_BY_CONTENT)
def _matched(of: Network, kept: KeptSets, symbols: str) -> MatchedSets:
    del symbols  # other ones match other sets
    genes = gene_groups.genes_of_run(of.folder)
    return read_gene_sets([kept.upload.path], genes, columns=kept.columns)


def enriched(
    of: Network,
    kept: KeptSets,
    *,
    groups: str,
    threshold: Threshold,
    genes: Sequence[str],
    options: EnrichmentOptions,
) -> Enrichment:
    """Return which of the kept sets are enriched in groups of genes.

    Parameters
    ----------
    of : Network
        The network.
    kept : KeptSets
        The sets.
    groups : str
        `MODULES` or `TARGETS` among the displayed links; `AROUND` a gene, its targets and its
        regulators there; or `CHOSEN` genes.
    threshold : Threshold
        Which links are displayed.
    genes : sequence of str
        The gene, or the chosen ones; empty for the others.
    options : EnrichmentOptions
        How the sets are tested.
    """
    symbols = of.gene_table.version
    return _enriched(of, kept, symbols, groups, threshold, tuple(genes), options)


@st.cache_resource(max_entries=16, show_spinner="Testing the gene sets…", hash_funcs=_BY_CONTENT)
def _enriched(
    of: Network,
    kept: KeptSets,
    symbols: str,
    groups: str,
    threshold: Threshold,
    genes: tuple[str, ...],
    options: EnrichmentOptions,
) -> Enrichment:
    sets = _matched(of, kept, symbols)
    return over_representation(_groups(of, groups, threshold, genes), sets, options)


def _groups(
    of: Network, groups: str, threshold: Threshold, genes: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    if groups == CHOSEN:
        return {"Chosen genes": genes}
    layout = networks.graph_layout(of, threshold)[0]
    if groups == MODULES:
        return gene_groups.module_groups(layout, networks.detect_modules(of, threshold))
    if groups == TARGETS:
        targets = gene_groups.target_groups(layout)
        return {of.gene_table.full_name(gene): genes for gene, genes in targets.items()}
    (gene,) = genes
    if gene not in layout.genes:
        layout = networks.around(of, gene)
    return gene_groups.neighbour_groups(layout, gene)
