"""Tests of which columns of a table about genes are symbols and descriptions."""

import pytest

from genie3_engine.data.gene_table import GeneRole
from genie3_engine.data.gene_table_roles import roles_of_columns

ENSEMBL = [f"ENSG{i:011d}" for i in range(8)]
SYMBOLS = ["TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1", "U6", "U6"]
WORDS = ["tumor protein p53", "MYC proto-oncogene, bHLH", "Jun subunit", "Fos subunit"] * 2
NUMBERS = [str(7157 + i) for i in range(8)]


def roles(columns, genes=ENSEMBL):
    found = roles_of_columns(columns, genes)
    return found.get(GeneRole.SYMBOL), found.get(GeneRole.DESCRIPTION)


@pytest.mark.parametrize(
    ("symbol", "description"),
    [
        ("Gene name", "Gene description"),  # BioMart
        ("HGNC symbol", "Gene description"),
        ("Associated Gene Name", "Description"),
        ("Symbol", "description"),  # gene_info
        ("Gene Symbol", "Gene Title"),  # a platform of Affymetrix
        ("gene_name", "product"),
        ("external_gene_name", "full_name"),
        ("SYMBOL", "GENENAME"),  # org.Hs.eg.db
    ],
)
def test_roles_of_columns__known_headers(symbol, description):
    columns = {"NCBI gene ID": NUMBERS, description: WORDS, "chr": ["1"] * 8, symbol: SYMBOLS}
    assert roles(columns) == (symbol, description)


def test_roles_of_columns__goes_by_texts_where_headers_are_unknown():
    assert roles({"x1": NUMBERS, "x2": SYMBOLS, "x3": [*WORDS[:7], "another"]}) == ("x2", "x3")
    assert roles({"Gene name": WORDS, "x": SYMBOLS}) == ("x", "Gene name")
    assert roles({"strand": ["+", "-"] * 4, "chr": ["X"] * 8}) == (None, None)
    assert roles({"Symbol": [""] * 8}) == (None, None)


def test_roles_of_columns__genes_that_go_by_symbols_have_no_other():
    genes = [*SYMBOLS[:7], "RNU6"]
    assert roles({"Symbol": genes, "description": WORDS}, genes) == (None, "description")
    assert roles({"gene_id": ENSEMBL, "alias": ["P53", *SYMBOLS[1:]]}, genes) == (None, None)
    renamed = [f"{symbol}L" for symbol in genes]
    assert roles({"hgnc_symbol": renamed}, genes) == ("hgnc_symbol", None)
