"""Tests of the words above names."""

from __future__ import annotations

import pytest

from genie3_engine.data.io.header_words import corner_kind, has_header_word, may_be_gene


@pytest.mark.parametrize(
    ("corner", "kind"),
    [
        ("gene_id", "genes"),
        ("Gene Symbol", "genes"),
        ("GeneID", "genes"),
        ("ENTREZID", "genes"),
        ("Gene stable ID", "genes"),
        ("cell", "samples"),
        ("Sample_Name", "samples"),
        ("time (h)", "samples"),
        ("id", "names"),
        ("Unnamed: 0", "names"),
        ("", ""),
        ("gene_1", ""),
        ("Gene0", ""),
        ("TP53", ""),
        ("0", ""),
    ],
)
def test_corner_kind__reads_the_words_above_row_names(corner, kind):
    assert corner_kind(corner) == kind


def test_may_be_gene__knows_words_that_are_genes():
    assert may_be_gene("SET")
    assert not may_be_gene("gene_id")


def test_has_header_word__finds_one_among_others():
    assert has_header_word("transcript_cluster_id")
    assert has_header_word("entrezgene_id")
    assert not has_header_word("gene_1_x")
    assert not has_header_word("SOX2")
