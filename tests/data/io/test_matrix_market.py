"""Tests of reading Matrix Market files."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.prepare import read_raw
from tests.data.io.refusals import refused
from tests.data.io.samples import GENES, IDENTIFIERS


def test_matrix_market__makes_no_room_for_entries_that_are_not_there(tmp_path):
    path = tmp_path / "a.mtx"
    (tmp_path / "genes.tsv").write_text("\n".join(GENES))
    path.write_text("%%MatrixMarket matrix coordinate real general\n10 6 60\n1 1 1\n")
    refused(path, "input", "60 entries, and has 1")
    path.write_text("%%MatrixMarket matrix coordinate real general\n10 6 99999999999999\n1 1 1\n")
    refused(path, "too-large", "GB")
    path.write_text("%%MatrixMarket matrix coordinate real general\n10 6 1\n11 1 1\n")
    refused(path, "input", "outside")
    path.write_text("%%MatrixMarket matrix coordinate complex general\n10 6 1\n1 1 1 1\n")
    refused(path, "input", "complex")


@pytest.mark.parametrize("entry", ["1 1 1,5", "1 1 1.5abc", "1 1 1_000", "1 1 1 7", "1 1"])
def test_matrix_market__refuses_numbers_with_anything_behind_them(entry, tmp_path):
    path = tmp_path / "a.mtx"
    (tmp_path / "genes.tsv").write_text("\n".join(GENES))
    path.write_text(f"%%MatrixMarket matrix coordinate real general\n10 6 1\n{entry}\n")
    refused(path, "input", "entry 1 is")


def test_matrix_market__keeps_fractions_that_the_header_denies(tmp_path):
    path = tmp_path / "a.mtx"
    (tmp_path / "genes.tsv").write_text("\n".join(GENES))
    path.write_text("%%MatrixMarket matrix coordinate integer general\n10 6 1\n1 1 1.5\n")
    assert read_raw(path)[0].values.matrix.data.tolist() == [1.5]


BARCODES = ["".join("ACGT"[(i * k + k) % 4] for k in range(3, 19)) + "-1" for i in range(30)]
FEATURES = [f"{identifier}\t{gene}" for identifier, gene in zip(IDENTIFIERS, GENES, strict=True)]


def write(folder, values, *, features=(), barcodes=()):
    entries = [f"{i + 1} {j + 1} {values[i, j]}" for i, j in np.argwhere(values)]
    head = f"%%MatrixMarket matrix coordinate real general\n{values.shape[0]} {values.shape[1]}"
    (folder / "matrix.mtx").write_text("\n".join([f"{head} {len(entries)}", *entries, ""]))
    for name, lines in (("features.tsv", features), ("barcodes.tsv", barcodes)):
        if lines:
            (folder / name).write_text("\n".join(lines) + "\n")
    return folder / "matrix.mtx"


def counts(n_cells, seed=2):
    levels = np.geomspace(0.3, 60, len(GENES))[np.random.default_rng(5).permutation(len(GENES))]
    return np.random.default_rng(seed).poisson(levels[:, None], (len(GENES), n_cells))


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("are_swapped", [False, True])
@pytest.mark.parametrize("n_cells", [30, 10])
@pytest.mark.parametrize("cells", ["barcodes", "names"])
def test_matrix_market__finds_genes_whatever_is_swapped(
    cells, n_cells, are_swapped, is_turned, tmp_path
):
    values = counts(n_cells)
    barcodes = BARCODES[:n_cells] if cells == "barcodes" else [f"cell{i}" for i in range(n_cells)]
    lists = (barcodes, FEATURES) if are_swapped else (FEATURES, barcodes)
    path = write(tmp_path, values.T if is_turned else values, features=lists[0], barcodes=lists[1])
    raw, report = read_raw(path)
    assert raw.genes == GENES
    assert raw.samples == tuple(barcodes)
    np.testing.assert_array_equal(raw.values.toarray(), values)
    assert any("swapped" in warning for warning in report.warnings) == are_swapped


def test_matrix_market__guesses_in_a_square_without_levels(tmp_path):
    values = np.random.default_rng(2).poisson(9.0, (10, 10))
    path = write(tmp_path, values, features=FEATURES, barcodes=BARCODES[:10])
    raw, report = read_raw(path)
    np.testing.assert_array_equal(raw.values.toarray(), values)
    [decision] = [each for each in report.decisions if each.subject == "square-matrix"]
    assert decision.certainty is Certainty.GUESS
    again, _ = read_raw(path, **decision.alternatives[0].options)
    assert again.genes == GENES
    np.testing.assert_array_equal(again.values.toarray(), values.T)


def test_matrix_market__reads_genes_without_cells(tmp_path):
    raw, _ = read_raw(write(tmp_path, counts(30).T, features=FEATURES))
    assert raw.genes == GENES
    assert not raw.has_sample_names


def test_matrix_market__refuses_a_matrix_with_names_of_cells_only(tmp_path):
    refused(write(tmp_path, counts(30), barcodes=BARCODES), "input", "no names")
