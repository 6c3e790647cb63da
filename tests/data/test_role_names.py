"""Tests of names that state what a column holds."""

from __future__ import annotations

import pytest

from genie3_engine.data.role_names import role_named, roles_named


@pytest.mark.parametrize(
    ("noun", "names"),
    {
        "gene identifiers": "EntrezID ENTREZID Entrez_Gene_Id entrezgene_id NCBI.GeneID HGNC_ID",
        "positions": "start_position txStart Gene.start..bp. seqnames",
        "lengths": "gene_length eff_length exonic.length EffectiveLength exon_count num_isoforms",
        "GC contents": "gc_content percentage_gene_gc_content",
        "test results": "kME kTotal log2FoldChange logFC lfcSE baseMean AveExpr a_vs_b_logFC",
        "p-values": "padj adj.P.Val PValue FDR p.value.1",
        "summaries of the others": "Std.Dev rowSum standard_deviation",
        "detection p-values": "s1.Detection.Pval Detection.Pval.11 DETECTION_P-VALUE Detection",
        "quality measures of cells": "nCount_RNA percent.mt n_genes_by_counts S.Score n_counts",
        "descriptions of samples": "seurat_clusters leiden UMAP_1 PC_1 TumorStage batch_id sex",
        "records of proteins": "Peptides Unique.peptides.S1 Mol._weight_[kDa] Number.of.proteins",
        "weights": "GWEIGHT EWEIGHT",
        "places on a slide or array": "in_tissue array_row pxl_col_in_fullres imagerow x_centroid",
        "reads without a gene": "__no_feature N_unmapped N_noFeature __alignment_not_unique",
    }.items(),
)
def test_role_named__is_sure_of_names_with_one_meaning(noun, names):
    for name in names.split():
        found = role_named(name)
        assert (found.is_sure, found.role.noun) == (True, noun), name
    assert len(roles_named(names.split())) == len(names.split())


@pytest.mark.parametrize("name", ["Length", "Start", "END", "AGE", "SD", "Mean", "Total", "GC"])
def test_role_named__is_not_sure_of_names_that_samples_and_genes_have(name):
    assert not role_named(name).is_sure


@pytest.mark.parametrize(
    "name", ["Length1", "age5", "batch1", "sample_1", "TP53", "MT-ND1", "E2F1", "GSM12345", "G1"]
)
def test_role_named__leaves_samples_and_genes_alone(name):
    assert role_named(name) is None


def test_roles_named__finds_them_among_many():
    names = ["TP53", "n_counts", "ENSG00000141510", "log2FoldChange", "Length"]
    assert list(roles_named(names)) == [1, 3, 4]


def test_roles_named__knows_a_heading_that_occurs_twice_but_not_a_series():
    assert list(roles_named(["Sex", "TP53", "MYC", "JUN", "Sex.26"])) == [0, 4]
    assert list(roles_named(["batch.1", "batch.2", "batch.3", "TP53"])) == []
