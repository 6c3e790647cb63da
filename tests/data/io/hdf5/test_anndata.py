"""Tests of reading AnnData files."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.data.quality import diagnose
from genie3_engine.data.quality.findings import Severity
from genie3_engine.errors import OptionError
from tests.data.io.samples import (
    COUNTS,
    GENES,
    LOGS,
)


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


SYMBOLS = [*GENES, "EGR1", "RELA"]
ENSEMBL = [f"ENSG{i:011d}" for i in range(141510, 141510 + len(SYMBOLS))]
NUMBERS = [str(i) for i in range(len(SYMBOLS))]
BARCODES = ["".join("ACGT"[(i * k + k) % 4] for k in range(3, 19)) + "-1" for i in range(20)]
CELLS = [f"cell {i}" for i in range(20)]


def as_texts(frame, key, labels):
    frame.create_dataset(key, data=labels, dtype=h5py.string_dtype())


def as_categories(frame, key, labels):
    levels = sorted(set(labels))
    as_texts(frame.create_group(key), "categories", levels)
    frame[key]["codes"] = np.array([levels.index(label) for label in labels], dtype="i2")


def as_old_categories(frame, key, labels):
    levels = sorted(set(labels))
    as_texts(frame.require_group("__categories"), key, levels)
    frame[key] = np.array([levels.index(label) for label in labels], dtype="i2")


@pytest.fixture
def h5ad(tmp_path):
    """Write a file, cells in rows, or genes in rows when turned; return its path."""

    def write(genes, columns, *, cells=BARCODES, how=as_texts, index="_index", turned=False):
        path = tmp_path / "cells.h5ad"
        levels = np.random.default_rng(3).gamma(0.5, 9.0, (1, len(genes)))
        values = np.random.default_rng(4).poisson(levels, (len(cells), len(genes)))
        with h5py.File(path, "w") as root:
            root["X"] = np.asarray(values.T if turned else values, dtype="f4")
            places = {"var": "obs", "obs": "var"} if turned else {"var": "var", "obs": "obs"}
            for key, names in (("var", genes), ("obs", cells)):
                frame = root.create_group(places[key])
                frame.attrs["_index"] = index
                as_texts(frame, index, names)
                for column, labels in columns.items() if key == "var" else ():
                    how(frame, column, labels)
        return path

    return write


@pytest.mark.parametrize("how", [as_texts, as_categories, as_old_categories])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("cells", [BARCODES, CELLS], ids=["barcodes", "cells"])
@pytest.mark.parametrize(
    ("genes", "column"),
    [(NUMBERS, "features"), (ENSEMBL, "feature_name"), (NUMBERS, "_index"), (ENSEMBL, "anything")],
)
def test_read_anndata__finds_symbols_in_any_column(genes, column, cells, turned, how, h5ad):
    columns = {column: SYMBOLS, "chromosome": ["chr1", "chr2"] * 6, "biotype": ["lncRNA"] * 12}
    index = "index" if column == "_index" else "_index"
    raw, report = read_raw(h5ad(genes, columns, cells=cells, how=how, index=index, turned=turned))
    assert list(raw.genes) == SYMBOLS
    assert list(raw.samples) == cells
    assert any(f"'{column}'" in decision.taken for decision in report.decisions)


def test_read_anndata__takes_the_column_that_is_requested(h5ad):
    path = h5ad(SYMBOLS, {"gene_ids": ENSEMBL})
    assert list(read_raw(path)[0].genes) == SYMBOLS
    assert list(read_raw(path, gene_names="gene_ids")[0].genes) == ENSEMBL
    assert list(read_raw(path, regulators=ENSEMBL[:2])[0].genes) == ENSEMBL


def test_read_anndata__warns_of_genes_that_are_only_numbered(h5ad):
    raw, report = read_raw(h5ad(NUMBERS, {"n_cells": NUMBERS[::-1]}))
    [finding] = [f for f in diagnose(raw, report).findings if f.code == "gene-names"]
    assert finding.severity is Severity.WARNING
    assert "numbers, 0 to 11" in finding.sentence
