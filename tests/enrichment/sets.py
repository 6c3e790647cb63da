"""Gene sets for tests."""

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.enrichment.gene_sets import NamedGene, SetBuilder, match_sets


def genes_of(genes, symbols=None):
    """Return genes, with symbols by identifier."""
    if symbols is None:
        return GeneTable(tuple(genes))
    texts = tuple(symbols.get(gene, "") for gene in genes)
    return GeneTable(tuple(genes), {"name": texts}, roles={"symbol": "name"})


def sets_of(sets, genes, *, descriptions=None, symbols=None):
    """Return sets, given as lists of names by name, matched with genes."""
    builder = SetBuilder()
    for name, members in sets.items():
        place = builder.set_place(name, (descriptions or {}).get(name, ""))
        builder.add(place, [builder.gene_place(NamedGene(member)) for member in members])
    return match_sets(builder.gene_sets(), genes_of(genes, symbols))
