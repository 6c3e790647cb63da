"""Tests of reading Loom files."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.errors import InputError, OptionError
from tests.data.io.samples import COUNTS, GENES, IDENTIFIERS, SAMPLES, VALUES


def test_read_loom__takes_names_from_the_attributes(loom):
    expression, report = read_expression(loom)
    assert (expression.genes, expression.samples) == (GENES, SAMPLES)
    np.testing.assert_array_equal(expression.values, VALUES)
    assert report.orientation == "genes-in-rows"


def test_read_loom__offers_its_layers(loom):
    np.testing.assert_array_equal(read_expression(loom, layer="counts")[0].values, COUNTS)
    with pytest.raises(OptionError, match="no layer 'x'"):
        read_expression(loom, layer="x")


def test_read_loom__needs_names_of_genes(loom):
    with h5py.File(loom, "a") as root:
        del root["row_attrs"]
    with pytest.raises(InputError):
        read_expression(loom)


@pytest.fixture
def attributes(tmp_path):
    """Write a loom file with these attributes of its rows and columns; return its path."""

    def write(rows, columns):
        path = tmp_path / "attributes.loom"
        n_rows, n_columns = len(next(iter(rows.values()))), len(next(iter(columns.values())))
        with h5py.File(path, "w") as root:
            root["matrix"] = np.random.default_rng(1).poisson(2.0, (n_rows, n_columns)) * 1.0
            for key, found in (("row_attrs", rows), ("col_attrs", columns)):
                for name, labels in found.items():
                    root.create_dataset(
                        f"{key}/{name}", data=list(labels), dtype=h5py.string_dtype()
                    )
        return path

    return write


CHROMOSOMES = ["chr1", "chr2"] * (len(GENES) // 2)


@pytest.mark.parametrize(
    "rows",
    [
        {"Accession": IDENTIFIERS, "Gene": GENES},
        {"Gene": IDENTIFIERS, "symbol": GENES},
        {"Chromosome": CHROMOSOMES, "my_genes": GENES},
        {"var_names": IDENTIFIERS, "Chromosome": CHROMOSOMES, "x": GENES},
    ],
)
def test_read_loom__takes_symbols_of_any_attribute(rows, attributes):
    path = attributes(rows, {"CellID": SAMPLES})
    assert read_raw(path)[0].genes == GENES
    if IDENTIFIERS in rows.values():
        assert read_raw(path, regulators=IDENTIFIERS[:3])[0].genes == IDENTIFIERS


@pytest.mark.parametrize("label", ["Gene", "var_names", "any"])
def test_read_loom__finds_the_names_of_turned_genes(label, attributes):
    path = attributes({"CellID": SAMPLES}, {label: GENES, "Chromosome": CHROMOSOMES})
    raw, _ = read_raw(path)
    assert (raw.genes, raw.samples) == (GENES, SAMPLES)


@pytest.mark.parametrize("cells", [SAMPLES, [f"run:{'ACGTACGTACGTAC'[:14]}{i}x" for i in "ACGT"]])
def test_read_loom__turns_swapped_genes_and_cells(cells, attributes):
    path = attributes({"Gene": cells}, {"CellID": IDENTIFIERS, "gene_name": GENES})
    raw, report = read_raw(path)
    assert raw.genes == GENES
    assert "MAX" in read_raw(attributes({"Gene": cells}, {"CellID": ["MAX", *GENES]}))[0].genes
    assert any("swapped" in warning for warning in report.warnings)
    assert read_raw(path, orientation="genes-in-rows")[0].genes == tuple(cells)
