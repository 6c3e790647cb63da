"""Tests of lists of regulators."""

from __future__ import annotations

import time

import pytest

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.data.regulators import identified, match_names
from genie3_engine.errors import InputError


def test_match_names__finds_exact_names_in_the_order_wanted():
    match = match_names(["c", " a ", "x", "c"], ["a", "b", "c"])
    assert match.found == ("c", "a")
    assert match.missing == ("x",)


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("tp53", "TP53"),
        ("ENSG00000141510", "ENSG00000141510.17"),
        ("ENSG00000141510.3", "ENSG00000141510.17"),
        ("TP35", "TP53"),
        ("NKX2.5", "NKX2-5"),
        ("GATA_1", "GATA1"),
        ("SOXX2", "SOX2"),
    ],
)
def test_match_names__names_what_was_meant(wanted, near):
    genes = ["MYC", "TP53", "ENSG00000141510.17", "NKX2-5", "GATA1", "SOX2", "ACTB"]
    match = match_names(["MYC", wanted], genes)
    assert match.near[wanted][0] == near
    assert near in match.missing_sentence()
    with pytest.raises(InputError, match=f"'{wanted}' .*'{near}'"):
        match.require_all()


def test_match_names__says_nothing_when_nothing_is_missing():
    match = match_names(["a"], ["a", "b"])
    assert match.require_all() is match
    assert match.missing_sentence() == ""


def test_match_names__refuses_names_that_are_all_unknown():
    with pytest.raises(InputError, match=r"None of the 2 targets .*'tp53' is near 'TP53'"):
        match_names(["tp53", "myc"], ["TP53", "MYC", "SOX2"], what="target")
    with pytest.raises(InputError, match="none is near"):
        match_names(["qqqqqqqq"], ["TP53", "MYC", "SOX2"])
    ensembl = [f"ENSG{number:011d}" for number in range(9)]
    with pytest.raises(InputError, match="are gene symbols, the genes are Ensembl identifiers"):
        match_names(["MYC", "RELA", "E2F1"], ensembl)
    with pytest.raises(InputError, match="no regulators"):
        match_names([], ["TP53"])


def test_match_names__is_quick_for_a_genome():
    genes = [f"ENSG{i:011d}" for i in range(45_000)]
    wanted = [genes[5], *(f"ENSG{i:011d}X" for i in range(2_000))]
    start = time.process_time()
    match = match_names(wanted, genes)
    assert time.process_time() - start < 5
    assert len(match.missing) == 2_000


def test_identified__gives_the_genes_of_symbols_and_leaves_other_names():
    table = GeneTable(("g1", "g2", "g3"), {"s": ("A", "B", "B")}, roles={"symbol": "s"})
    names = identified(["g1", "B", "A", "x"], ["g1", "g2", "g3"], table)
    assert names == ("g1", "g2", "g3", "x")
    assert identified(["B"], ["g1"], NO_GENE_TABLE) == ("B",)
