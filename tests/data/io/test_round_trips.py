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
    SAMPLES,
    TISSUES,
    VALUES,
    WRITERS,
)


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


def test_read_loom__offers_its_layers(written):
    expression, report = read_expression(written("loom"), layer="counts")
    np.testing.assert_array_equal(expression.values, COUNTS)
    assert report.layers == ("matrix", "counts")


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
