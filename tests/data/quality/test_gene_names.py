"""Tests of gene names."""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.data.quality import diagnose
from tests.data.raws import fixed, logs, raw_of, sheet_of, sparse

NAN = math.nan


class TestNames:
    def test_average_duplicates__takes_means_over_what_is_there(self):
        raw = raw_of([[1, 2], [9, 9], [3, NAN]], genes=["a", "b", "a"])
        left = fixed(raw, "average-duplicates")
        assert left.genes == ("a", "b")
        assert left.values.tolist() == [[2, 2], [9, 9]]

    def test_average_duplicates__of_sparse_values(self):
        raw = raw_of(sparse([[1, 2], [9, 9], [3, 4]]), genes=["a", "b", "a"])
        assert fixed(raw, "average-duplicates").values.toarray().tolist() == [[2, 3], [9, 9]]

    def test_suffix_duplicates__takes_no_name_that_is_there(self):
        raw = raw_of(np.ones((4, 2)), genes=["a", "a", "a-2", "a"])
        assert fixed(raw, "suffix-duplicates").genes == ("a", "a-3", "a-2", "a-4")

    def test_duplicates__genes_without_a_name_are_no_copies(self):
        raw = raw_of(np.arange(8.0).reshape(4, 2), genes=["", "a", "", "a"])
        assert fixed(raw, "suffix-duplicates").genes == ("", "a", "", "a-2")
        assert fixed(raw, "average-duplicates").genes == ("", "a", "")

    def test_strip_versions__cuts_accessions_only(self):
        names = ["ENSG00000141510.17", "RP11-34P13.7", "NM_000546.6", "ENSG00000002586.20_PAR_Y"]
        stripped = fixed(raw_of(np.ones((4, 2)), genes=names), "strip-versions").genes
        assert stripped == (
            "ENSG00000141510",
            "RP11-34P13.7",
            "NM_000546",
            "ENSG00000002586_PAR_Y",
        )

    def test_restore_excel_names__where_one_gene_can_be_meant(self):
        names = ["7-Sep", "Mar-03", "1-Mar", "2020-03-01", "1-Dec", "TP53"]
        restored = fixed(raw_of(np.ones((6, 2)), genes=names), "restore-excel-names").genes
        assert restored == ("SEPT7", "MARCH3", "1-Mar", "2020-03-01", "DEC1", "TP53")

    def test_restore_excel_names__as_mice_have_them(self):
        names = ["7-Sep", "Trp53", "Gapdh"]
        restored = fixed(raw_of(np.ones((3, 2)), genes=names), "restore-excel-names").genes
        assert restored[0] == "Sept7"

    def test_drop_records__and_nameless_rows(self):
        names = ["__no_feature", "ERCC-00002", "", "TP53"]
        raw = raw_of(np.ones((4, 2)), genes=names)
        assert fixed(raw, "drop-records", "drop-nameless").genes == ("TP53",)


def test_names__of_a_small_table_may_be_dates_too():
    genes = ["7-Sep", "3-Mar", "MYC", "TP53", "SOX2", "JUN"]
    codes = {found.code for found in diagnose(raw_of(logs(6), genes=genes)).findings}
    assert "spreadsheet-names" in codes
    dates = [f"{day}-Sep" for day in range(1, 7)]
    codes = {found.code for found in diagnose(raw_of(logs(6), genes=dates)).findings}
    assert "spreadsheet-names" not in codes


def test_spreadsheet__reports_days_among_symbols():
    genes = ["44440", "2021-09-01", "1-mars", "23100000000000", *(f"KLF{i}" for i in range(60))]
    raw = raw_of(logs(len(genes), 30), genes=genes)
    found = [each for each in diagnose(raw).findings if each.code == "spreadsheet-names"]
    assert "'44440'" in found[0].sentence
    assert found[0].sentence.startswith("4 gene names")
    numbers = raw_of(logs(40, 30), genes=[str(44_000 + i) for i in range(40)])
    assert not [each for each in diagnose(numbers).findings if each.code == "spreadsheet-names"]


def test_fixes__rename_the_perturbed_genes_of_the_sample_sheet_too():
    sheet = sheet_of(perturbed=[("ENSG00000141510.18",), ("unknown",)], perturbation=("KO", "KO"))
    raw = raw_of(np.ones((1, 2)), genes=["ENSG00000141510.18"], sheet=sheet)
    kept = fixed(raw, "strip-versions").sheet
    assert kept.perturbed == (("ENSG00000141510",), ("unknown",))
