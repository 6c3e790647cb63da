"""Tests of the headers of tables of links."""

from __future__ import annotations

import pytest

from genie3_engine.evaluation.link_headers import find_header, settle_header
from genie3_engine.evaluation.link_rows import sample_columns
from genie3_engine.evaluation.link_tables import open_table

GENES = {"A", "B", "C", "D"}


@pytest.mark.parametrize(
    ("rows", "is_header"),
    [
        (["A,B,0.5", "C,D,0.25"], False),
        (["from,to,x", "C,D,0.25"], True),
        ([",from,to", "1,C,D"], True),
        (["0,1", "A,B", "C,D"], True),
        (["A,B", "C,A"], False),
        (["x,y", "A,B"], None),
        (["A,B"], False),
    ],
)
def test_find_header__goes_by_the_cells_below(rows, is_header):
    first, *body = (row.split(",") for row in rows)
    assert find_header(first, body) is is_header


@pytest.mark.parametrize(
    ("text", "is_header"),
    [
        ("tf,gene\nA,B\nC,D\n", True),
        ("von,nach\nA,B\nC,D\n", True),
        ("C,D\nA,B\nX,Y\n", False),
        ("SET,TF\nA,B\nC,D\n", True),
        ("b12,b13\nb14,b15\nb16,b17\n", False),
        ("von,nach\nb14,b15\nb16,b17\n", True),
    ],
)
def test_settle_header__goes_by_genes_words_and_shapes(tmp_path, text, is_header):
    path = tmp_path / "links"
    path.write_text(text)
    table = open_table(path)
    assert table.has_header is None
    assert (
        settle_header(table.first, sample_columns(table), is_gene=GENES.__contains__) is is_header
    )


def test_settle_header__a_word_that_is_a_gene_is_none(tmp_path):
    path = tmp_path / "links"
    path.write_text("TF,SOX2\nA,B\nC,D\n")
    table = open_table(path)
    assert not settle_header(
        table.first, sample_columns(table), is_gene={*GENES, "TF"}.__contains__
    )


def test_settle_header__a_gene_named_tf_is_a_header_next_to_target(tmp_path):
    path = tmp_path / "links"
    path.write_text("target\tTF\nA\tB\nC\tD\n")
    table = open_table(path)
    assert settle_header(table.first, sample_columns(table), is_gene={*GENES, "TF"}.__contains__)
