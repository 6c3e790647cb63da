"""Tests that each format returns what was written."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from genie3_engine.data.io import readable_endings, readable_names
from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.errors import InputError, OptionError
from tests.data.io import samples
from tests.data.io.samples import (
    COUNTS,
    GENES,
    IDENTIFIERS,
    LOGS,
    SAMPLES,
    TISSUES,
    VALUES,
    WRITERS,
)


@pytest.fixture
def written(tmp_path):
    def write(title):
        name, writer = WRITERS[title]
        path = tmp_path / name
        writer(path)
        return path

    return write


@pytest.mark.parametrize("title", WRITERS)
def test_read_expression__reads_what_others_write(title, written):
    expression, report = read_expression(written(title))
    assert expression.genes == GENES
    assert expression.samples == SAMPLES
    np.testing.assert_array_equal(expression.values, VALUES)
    assert expression.values.flags.c_contiguous
    assert not expression.values.flags.writeable
    assert (report.n_genes, report.n_samples) == VALUES.shape


@pytest.mark.parametrize("title", WRITERS)
def test_read_raw__gives_the_same(title, written):
    raw, _ = read_raw(written(title))
    values = raw.values.toarray() if raw.is_sparse else raw.values
    np.testing.assert_array_equal(values, VALUES)
    assert (raw.genes, raw.samples) == (GENES, SAMPLES)
    is_single_cell = "10x" in title or "Matrix" in title or "CS" in title
    assert raw.is_sparse == is_single_cell


@pytest.mark.parametrize("title", [title for title in WRITERS if "folder" not in title])
def test_read_expression__reads_compressed_files_of_any_format(title, written):
    plain = written(title)
    packed = plain.with_name(f"{plain.name}.gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    if not title.endswith("gz"):
        expression, report = read_expression(packed)
        np.testing.assert_array_equal(expression.values, VALUES)
        assert report.format.endswith(", gzip")


def test_formats__are_all_tried_here(written):
    read = {read_expression(written(title))[1].format.removesuffix(", gzip") for title in WRITERS}
    assert read == set(readable_names())
    assert {"h5ad", "xlsx", "parquet", "loom", "mtx", "gct", "h5", "feather"} <= set(
        readable_endings()
    )


LABELLED = ["GCT 1.3", "series matrix", "Feather", "loom", "h5ad, dense", "h5ad, CSR", "h5ad, CSC"]


@pytest.mark.parametrize("title", LABELLED)
def test_read_expression__keeps_what_files_say_of_samples(title, written):
    expression, _ = read_expression(written(title))
    assert expression.annotations["tissue"] == TISSUES


def test_read_anndata__reads_every_kind_of_label(written):
    annotations = read_expression(written("h5ad, CSR"))[0].annotations
    assert annotations["batch"] == ("1", "1", "2", "2", "1", "2")
    assert annotations["is_tumour"] == ("True", "False") * 3
    assert annotations["note"] == ("a", "", "b", "c", "d", "e")
    assert "depth" not in annotations


@pytest.mark.parametrize("title", ["h5ad, dense", "h5ad, CSR", "h5ad, CSC"])
def test_read_anndata__offers_its_layers(title, written):
    path = written(title)
    for layer, values in (("raw", COUNTS), ("counts", COUNTS), ("LOG", LOGS)):
        expression, report = read_expression(path, layer=layer)
        np.testing.assert_array_equal(expression.values, values)
        assert report.layer == layer.lower()
        assert report.layers == ("X", "raw", "counts", "log")
    with pytest.raises(OptionError, match=r"no layer 'spliced'.*'X', 'raw'"):
        read_expression(path, layer="spliced")


def test_read_loom__offers_its_layers(written):
    expression, report = read_expression(written("loom"), layer="counts")
    np.testing.assert_array_equal(expression.values, COUNTS)
    assert report.layers == ("matrix", "counts")


def test_read_excel__offers_its_sheets(written):
    path = written("xlsx")
    expression, report = read_expression(path)
    assert report.sheet == "expression"
    assert report.sheets == ("notes", "expression", "turned")
    assert any("description" in warning for warning in report.warnings)
    for sheet in ("turned", "3"):
        turned, report = read_expression(path, sheet=sheet)
        assert report.orientation == "genes-in-columns"
        assert turned.fingerprint == expression.fingerprint
    with pytest.raises(OptionError, match=r"no sheet 'x'.*'notes'"):
        read_expression(path, sheet="x")
    with pytest.raises(InputError):
        read_expression(path, sheet="notes")


@pytest.mark.parametrize("entry", [2020, '=HYPERLINK("http://x", "y")'])
def test_read_excel__passes_by_a_sheet_about_the_file(entry, written):
    import openpyxl

    path = written("xlsx")
    book = openpyxl.load_workbook(path)
    for row in (["field", "value"], ["author", "A. B."], ["date", entry], ["version", 1.2]):
        book["notes"].append(row)
    book.save(path)
    expression, report = read_expression(path)
    assert report.sheet == "expression"
    np.testing.assert_array_equal(expression.values, VALUES)


def test_read_table__refuses_a_part_where_there_are_none(written):
    with pytest.raises(OptionError, match="a GCT file, which has no sheets"):
        read_expression(written("GCT 1.2"), sheet="1")
    with pytest.raises(OptionError, match="an Excel workbook, which has no layers"):
        read_expression(written("xlsx"), layer="X")


@pytest.mark.parametrize("title", ["10x HDF5", "10x HDF5 of version 2", "10x folder", "loom"])
def test_read_expression__calls_genes_as_the_regulators_do(title, written):
    path = written(title)
    assert read_expression(path, regulators=["myc", "SOX2"])[0].genes == GENES
    assert read_expression(path, regulators=[IDENTIFIERS[3]])[0].genes == IDENTIFIERS


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


def test_read_tenx__names_lists_that_do_not_fit(written):
    folder = written("10x folder")
    (folder / "barcodes.tsv.gz").write_bytes(gzip.compress(b"only\none\nand\n"))
    with pytest.raises(InputError, match=r"10 rows and 6 columns.*10 genes and .* 3 cells"):
        read_expression(folder)


def test_read_series_matrix__says_where_the_data_are(tmp_path):
    path = tmp_path / "GSE2_series_matrix.txt"
    path.write_text(
        '!Series_title\t"x"\n!series_matrix_table_begin\n"ID_REF"\t"GSM1"\t"GSM2"\n'
        "!series_matrix_table_end\n"
    )
    with pytest.raises(InputError, match=r"no table of values.*supplementary"):
        read_expression(path)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_read_expression__takes_any_line_ends(end, written):
    for title in ("GCT 1.2", "GCT 1.3", "series matrix"):
        path = written(title)
        path.write_bytes(path.read_bytes().replace(b"\n", end))
        np.testing.assert_array_equal(read_expression(path)[0].values, VALUES)


def test_read_expression__notes_infinite_values_of_any_format(written, monkeypatch):
    values = VALUES.copy()
    values[1, 2] = np.inf
    monkeypatch.setattr(samples, "VALUES", values)
    for title in ("Parquet of pandas", "loom", "10x HDF5", "Feather"):
        path = written(title)
        raw, _ = read_raw(path)
        assert (raw.odd_cells[0].gene, raw.odd_cells[0].sample, raw.n_odd) == (1, 2, 1)
        with pytest.raises(InputError, match=r"'MYC'.*infinite value 'inf'"):
            read_expression(path)
