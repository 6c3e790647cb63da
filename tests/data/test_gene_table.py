"""Tests of symbols and descriptions by the identifiers of genes."""

import json

import pytest

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.errors import OptionError

GENES = ("ENSG1", "ENSG2", "ENSG3", "ENSG4", "U7")
TABLE = GeneTable(
    GENES,
    {
        "hgnc": ("TP53", "U6", "U6", "", "ENSG4"),
        "about": ("tumor protein", "", "", "", "x"),
        "chr": ("17", "1", "", "", "2"),
    },
    {"identifier": "gene_id", "symbol": "hgnc", "description": "about"},
    "table.tsv",
)


def test_label__keeps_genes_of_one_symbol_apart():
    labels = TABLE.labels((*GENES, "ENSG9"))
    assert labels == ["TP53", "U6 (ENSG2)", "U6 (ENSG3)", "ENSG4", "ENSG4 (U7)", "ENSG9"]
    assert len(set(labels)) == len(labels)
    assert [TABLE.full_name(gene) for gene in ("ENSG1", "ENSG4")] == ["TP53 (ENSG1)", "ENSG4"]


def test_find__takes_identifiers_symbols_and_labels():
    names = ("ENSG1", "ensg1.5", "tp53", "U6", "U6 (ENSG3)", "ENSG4", "MYC", "")
    found = [("ENSG1",), ("ENSG1",), ("ENSG1",), ("ENSG2", "ENSG3"), ("ENSG3",), ("ENSG4",), (), ()]
    assert [TABLE.find(name) for name in names] == found


def test_matches__looks_into_symbol_and_identifier():
    assert [gene for gene in GENES if TABLE.matches(gene, "u")] == ["ENSG2", "ENSG3", "U7"]
    assert TABLE.matches("ENSG9", "sg9")


def test_attributes__begin_with_symbol_and_description():
    assert TABLE.attributes == {
        "symbol": {"ENSG1": "TP53", "ENSG2": "U6", "ENSG3": "U6", "U7": "ENSG4"},
        "description": {"ENSG1": "tumor protein", "U7": "x"},
        "chr": {"ENSG1": "17", "ENSG2": "1", "U7": "2"},
    }
    clash = GeneTable(("a",), {"s": ("A",), "Symbol": ("B",), "name": ("C",)}, {"symbol": "s"})
    assert list(clash.attributes) == ["symbol", "Symbol (column)", "name (column)"]


def test_symbol__is_none_where_it_repeats_the_identifier():
    table = GeneTable(("a", "b"), {"name": ("a", "B")}, {"symbol": "name"})
    assert (table.symbol("a"), table.symbol("b"), table.has_symbols) == ("", "B", True)


def test_with_roles__changes_the_columns():
    changed = TABLE.with_roles(symbol="chr", description="")
    assert (changed.symbol("ENSG1"), changed.description("ENSG1")) == ("17", "")
    assert changed.roles == {"identifier": "gene_id", "symbol": "chr"}
    with pytest.raises(OptionError, match="no column 'no'"):
        TABLE.with_roles(symbol="no")


def test_of_genes__finds_rows_of_another_case_or_version():
    table = TABLE.of_genes(["ensg2", "ENSG1.7", "new"])
    assert table.labels(table.genes) == ["U6", "TP53", "new"]
    assert (TABLE.n_known, table.n_known) == (4, 2)


def test_no_gene_table__labels_genes_by_their_identifiers():
    assert not NO_GENE_TABLE
    assert not NO_GENE_TABLE.has_symbols
    assert NO_GENE_TABLE.labels(["b", "a"]) == ["b", "a"]
    assert (NO_GENE_TABLE.find("a"), NO_GENE_TABLE.matches("abc", "B")) == ((), True)


def test_to_dict__is_read_again():
    again = GeneTable.from_dict(json.loads(json.dumps(TABLE.to_dict())))
    assert again.to_dict() == TABLE.to_dict()
    with pytest.raises(ValueError, match="differ in length"):
        GeneTable(("a", "b"), {"x": ("1",)})
