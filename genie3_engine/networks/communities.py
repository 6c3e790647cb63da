"""Communities and centralities of the genes of a drawn network."""

from __future__ import annotations

import igraph
import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.networks import igraph_random
from genie3_engine.networks.graph_layout import GraphLayout

_FEWEST_GENES = 5  # of a module that counts


def detect_modules(layout: GraphLayout, *, seed: int = 0) -> npt.NDArray[np.int64]:
    """Return each gene's module among the links drawn, 0 for the largest.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links; their directions do not matter here.
    seed : int
        The same links and seed give the same modules.

    Returns
    -------
    (n_genes,) int64
        Numbers of modules by falling size.

    Notes
    -----
    The Leiden algorithm (Traag, Waltman and van Eck 2019) on modularity, weighted by importance.
    """
    graph = _graph(layout, directed=False)
    with igraph_random.seeded(seed):
        partition = graph.community_leiden(
            objective_function="modularity", weights="weight", n_iterations=4
        )
    membership = np.array(partition.membership, np.int64)
    if not len(membership):
        return membership
    sizes = np.bincount(membership)
    rank = np.empty(len(sizes), np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    ranked: npt.NDArray[np.int64] = rank[membership]
    return ranked


def has_modules(membership: npt.NDArray[np.int64]) -> bool:
    """Return whether a network has modules worth a colour: two of five genes or more.

    Parameters
    ----------
    membership : (n_genes,) int64
        From `detect_modules`.
    """
    return int((np.bincount(membership) >= _FEWEST_GENES).sum()) > 1


def module_table(
    layout: GraphLayout,
    membership: npt.NDArray[np.int64],
    *,
    gene_table: GeneTable = NO_GENE_TABLE,
) -> pd.DataFrame:
    """Describe each module, the largest first.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links.
    membership : (n_genes,) int64
        From `detect_modules`.
    gene_table : GeneTable
        Labels of the genes.

    Returns
    -------
    DataFrame
        Columns module (int64, from 1), n_genes, n_links (inside), hub (str, the gene with most
        links inside) and genes (str, their labels).
    """
    n_modules = int(membership.max(initial=-1)) + 1
    is_inside = membership[layout.source] == membership[layout.target]
    inside = np.bincount(membership[layout.source[is_inside]], minlength=n_modules)
    ends = np.concatenate([layout.source[is_inside], layout.target[is_inside]])
    degree = np.bincount(ends, minlength=len(layout.genes))
    names = np.array(layout.genes, dtype=object)
    rows = []
    for module in range(n_modules):
        members = np.flatnonzero(membership == module)
        members = members[np.argsort(-degree[members], kind="stable")]
        rows.append((module + 1, len(members), inside[module], names[members]))
    return pd.DataFrame(
        {
            "module": [row[0] for row in rows],
            "n_genes": [row[1] for row in rows],
            "n_links": [int(row[2]) for row in rows],
            "hub": pd.Series([row[3][0] for row in rows], dtype="str"),
            "genes": pd.Series([", ".join(gene_table.labels(row[3])) for row in rows], dtype="str"),
        }
    )


def hubs(layout: GraphLayout, *, gene_table: GeneTable = NO_GENE_TABLE) -> pd.DataFrame:
    """Return the regulators of a layout with their targets, the largest first.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links, strongest first.
    gene_table : GeneTable
        Labels of the genes.

    Returns
    -------
    DataFrame
        Columns regulator, n_targets, importance (the sum over its links) and targets (labels, the
        strongest link first).
    """
    names = np.array(layout.genes, dtype=object)
    labels = np.array(gene_table.labels(layout.genes), dtype=object)
    table = pd.DataFrame(
        {
            "regulator": pd.Series(names[layout.source], dtype="str"),
            "target": pd.Series(labels[layout.target], dtype="str"),
            "importance": layout.importance,
        }
    )
    groups = table.groupby("regulator", sort=True)
    ranked = pd.DataFrame(
        {
            "n_targets": groups.size(),
            "importance": groups["importance"].sum(),
            "targets": groups["target"].agg(", ".join) if len(table) else [],
        }
    ).reset_index()
    return ranked.sort_values(["n_targets", "importance"], ascending=False, ignore_index=True)


def centralities(layout: GraphLayout) -> pd.DataFrame:
    """Return how central each gene is among the links drawn.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links.

    Returns
    -------
    DataFrame
        Columns gene, n_targets, n_regulators, betweenness (share of the shortest directed paths of
        other genes that pass through it) and pagerank (of the reversed links: high for a gene
        that regulates important genes); falling by n_targets.
    """
    graph = _graph(layout, directed=True)
    n = len(layout.genes)
    pairs = max(1, (n - 1) * (n - 2))
    backward = igraph.Graph(
        n=n, edges=np.column_stack([layout.target, layout.source]).tolist(), directed=True
    )
    table = pd.DataFrame(
        {
            "gene": pd.Series(layout.genes, dtype="str"),
            "n_targets": graph.outdegree(),
            "n_regulators": graph.indegree(),
            "betweenness": np.array(graph.betweenness(directed=True)) / pairs,
            "pagerank": backward.pagerank(weights=layout.importance.tolist()) if n else [],
        }
    )
    return table.sort_values(["n_targets", "pagerank"], ascending=False, ignore_index=True)


def _graph(layout: GraphLayout, *, directed: bool) -> igraph.Graph:
    edges = np.column_stack([layout.source, layout.target]).tolist()
    graph = igraph.Graph(n=len(layout.genes), edges=edges, directed=directed)
    graph.es["weight"] = layout.importance.tolist()
    return graph
