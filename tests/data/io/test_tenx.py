"""Tests of reading folders of 10x Genomics."""

from __future__ import annotations

import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError
from tests.data.io import samples
from tests.data.io.samples import (
    GENES,
    IDENTIFIERS,
    SAMPLES,
)


def test_read_tenx__tells_genes_of_one_symbol_apart(written, monkeypatch):
    monkeypatch.setattr(samples, "GENES", ("TP53", *GENES[:-1]))
    expression, report = read_expression(written("10x folder"))
    assert expression.genes[:3] == (IDENTIFIERS[0], IDENTIFIERS[1], "MYC")
    assert "2 genes share their name (symbol)" in report.warnings[0]


def test_read_tenx__leaves_antibodies_out_and_says_so(written):
    report = read_expression(written("10x HDF5"))[1]
    assert "1 features" in report.warnings[0]
    assert "Antibody Capture" in report.warnings[0]


def test_read_tenx__finds_its_files_by_their_prefix(written):
    folder = written("10x folder")
    for path in list(folder.iterdir()):
        path.rename(folder / f"GSM7_{path.name}")
    assert read_expression(folder)[0].genes == GENES
    matrix = folder / "GSM7_matrix.mtx.gz"
    assert read_expression(matrix)[0].samples == SAMPLES
    (folder / "GSM7_features.tsv.gz").unlink()
    with pytest.raises(InputError, match="no names") as caught:
        read_expression(matrix)
    assert "features.tsv" in caught.value.remedy
