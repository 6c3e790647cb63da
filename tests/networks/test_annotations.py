from __future__ import annotations

import pytest

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.errors import InputError
from genie3_engine.networks.annotations import annotations_of, read_annotations

GENES = ["HOXA1", "GATA1", "TP53"]


def test_read_annotations__takes_the_column_with_the_genes_as_their_names():
    family, score = read_annotations(
        b"family,gene,score\nhox,HOXA1,1.5\nzinc,GATA1,2\nother,NOT_HERE,3\n", GENES
    )
    assert (family.name, dict(family.of)) == ("family", {"HOXA1": "hox", "GATA1": "zinc"})
    assert family.numbers is None
    assert score.numbers == {"HOXA1": 1.5, "GATA1": 2.0}


def test_read_annotations__leaves_out_genes_without_a_value():
    (one,) = read_annotations(b"gene\tgroup\nHOXA1\t\nTP53\tx\n", GENES)
    assert dict(one.of) == {"TP53": "x"}


def test_read_annotations__takes_symbols_that_mean_one_gene():
    symbols = {"name": ("HOX", "ZN", "ZN")}
    table = GeneTable(tuple(GENES), symbols, {"symbol": "name"})
    (group,) = read_annotations(b"id,group\nHOX,a\nZN,b\nTP53,c\n", GENES, gene_table=table)
    assert dict(group.of) == {"HOXA1": "a", "TP53": "c"}


def test_annotations_of__are_the_columns_besides_symbols_and_descriptions():
    columns = {"name": ("A", "B"), "about": ("x", "y"), "chr": ("1", "")}
    roles = {"symbol": "name", "description": "about"}
    (one,) = annotations_of(GeneTable(("a", "b"), columns, roles))
    assert (one.name, dict(one.of)) == ("chr", {"a": "1"})
    assert annotations_of(NO_GENE_TABLE) == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"gene\nHOXA1\n", "two columns"), (b"gene,group\nabc,x\n", "No name in the annotation")],
)
def test_read_annotations__refuses_other_tables(content, message):
    with pytest.raises(InputError, match=message):
        read_annotations(content, GENES)
