"""Tests of the choice between symbols and identifiers."""

from __future__ import annotations

from genie3_engine.data.io.gene_labels import choose_labels

LABELS = {"symbol": ["A", "B", "C"], "identifier": ["id1", "id2", "id3"]}


def test_choose_labels__takes_the_usual_ones():
    assert choose_labels(LABELS, ()) == ("symbol", ["A", "B", "C"], [])


def test_choose_labels__takes_those_of_the_regulators():
    assert choose_labels(LABELS, ["ID2"])[1] == ["id1", "id2", "id3"]


def test_choose_labels__tells_genes_of_one_symbol_apart():
    kind, names, [warning] = choose_labels({**LABELS, "symbol": ["A", "A", ""]}, ())
    assert (kind, names) == ("symbol", ["id1", "id2", "id3"])
    assert "3 genes share their name" in warning
