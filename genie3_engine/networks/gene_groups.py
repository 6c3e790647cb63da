"""Groups of genes of a network: modules, and targets of regulators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.networks.gene_names import gene_table_of_run
from genie3_engine.networks.graph_layout import GraphLayout
from genie3_engine.store.run_folder import RunFolder

FEWEST_GENES = 3
FEWEST_TARGETS = 5


def genes_of_run(run: Path, *, home: Path | None = None) -> GeneTable:
    """Return the genes that may occur in a link of a run: candidate regulators and targets.

    Parameters
    ----------
    run : Path
        A run folder with a network.
    home : Path, optional
        Where its data set is stored; the user's home by default.

    Returns
    -------
    GeneTable
        Their identifiers in the order of the data set, with what is known of them.

    Raises
    ------
    RunError
        When there is no run, or it has no network.
    """
    genes = open_links(run).genes
    spec = RunFolder.open(run).spec
    if spec.regulators is not None and spec.targets is not None:
        possible = {*spec.regulators, *spec.targets}
        genes = tuple(gene for gene in genes if gene in possible)
    return gene_table_of_run(run, home=home).of_genes(genes) or GeneTable(genes)


def module_groups(
    layout: GraphLayout, membership: npt.NDArray[np.int64]
) -> dict[str, tuple[str, ...]]:
    """Return the genes of each module, the largest first.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links.
    membership : (n_genes,) int64
        From `genie3_engine.networks.communities.detect_modules`.

    Returns
    -------
    dict of str to tuple of str
        By ``Module 1``, ``Module 2`` and so on; modules of fewer than 3 genes are left out.
    """
    names = np.array(layout.genes, dtype=object)
    groups = {
        f"Module {module + 1}": tuple(names[membership == module])
        for module in range(int(membership.max(initial=-1)) + 1)
    }
    return {name: genes for name, genes in groups.items() if len(genes) >= FEWEST_GENES}


def target_groups(layout: GraphLayout) -> dict[str, tuple[str, ...]]:
    """Return the targets of each regulator with 5 targets or more, the most targets first.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links.

    Returns
    -------
    dict of str to tuple of str
        By the regulator, which is not one of its targets.
    """
    targets: dict[str, list[str]] = {}
    for source, target in zip(layout.source, layout.target, strict=True):
        targets.setdefault(layout.genes[source], []).append(layout.genes[target])
    many = [(name, tuple(genes)) for name, genes in targets.items() if len(genes) >= FEWEST_TARGETS]
    return dict(sorted(many, key=lambda pair: (-len(pair[1]), pair[0])))


def neighbour_groups(layout: GraphLayout, gene: str) -> dict[str, tuple[str, ...]]:
    """Return the targets of a gene and its regulators, as far as it has any.

    Parameters
    ----------
    layout : GraphLayout
        Genes and links.
    gene : str
        A gene of the layout.
    """
    place = layout.genes.index(gene)
    targets = layout.target[layout.source == place]
    regulators = layout.source[layout.target == place]
    groups = {"Its targets": targets, "Its regulators": regulators}
    return {
        name: tuple(layout.genes[each] for each in places)
        for name, places in groups.items()
        if len(places)
    }
