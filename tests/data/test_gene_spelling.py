"""Tests of how names are found among genes that are written in another way."""

import pytest

from genie3_engine.data.gene_spelling import GeneSpelling

GENES = ["ENSG00000141510", "ENSG00000111640.14", "Trp53", "abcA", "ABCa", "RP11-34P13.7"]


@pytest.mark.parametrize(
    ("name", "gene"),
    [
        ("ENSG00000141510.17", "ENSG00000141510"),
        ("ensg00000111640", "ENSG00000111640.14"),
        ("TRP53", "Trp53"),
        ("abcA", "abcA"),
        ("ABCA", "ABCA"),  # two genes are written so
        ("RP11-34P13.7", "RP11-34P13.7"),
        ("RP11-34P13.8", "RP11-34P13.8"),  # another gene of the same clone
        ("unknown", "unknown"),
    ],
)
def test_of__is_the_one_gene_of_another_case_or_version(name, gene):
    spelling = GeneSpelling(GENES)
    assert spelling.of(name) == gene
    assert spelling.is_gene(name) == (gene in GENES)
