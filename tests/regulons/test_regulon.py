import numpy as np

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.regulons.regulon import TABLE_GENES, Regulon, RegulonSet, Sign

GENES = tuple(f"g{i:03d}" for i in range(100))


def regulon(n_targets):
    return Regulon(
        *("g000(-)", "g000", Sign.REPRESSING, "targets=50", "top50"),
        np.arange(1, n_targets + 1, dtype=np.int32),
        np.ones(n_targets, np.float32),
    )


def test_table__names_the_first_genes():
    table = RegulonSet(GENES, (regulon(3), regulon(60))).table()
    assert table.genes[0] == "g000, g001, g002, g003"
    assert table.genes[1].endswith("g029, and 31 more")
    assert table.genes[1].count(",") == TABLE_GENES
    assert table.n_genes.tolist() == [4, 61]
    assert set(table.sign) == {"repressing"}


def test_table__labels_genes_by_symbol():
    genes = GeneTable(GENES[:2], {"s": ("MYC", "MAX")}, {"symbol": "s"})
    table = RegulonSet(GENES, (regulon(2),), genes).table()
    assert table.loc[0, ["regulon", "regulator", "genes"]].tolist() == [
        *("MYC(-)", "g000", "MYC, MAX, g002"),
    ]


def test_table__of_no_regulons_has_its_columns():
    assert list(RegulonSet(GENES, ()).table()) == [
        *("regulon", "regulator", "sign", "rule", "n_genes", "genes"),
    ]
