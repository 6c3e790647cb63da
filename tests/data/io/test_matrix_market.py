"""Tests of reading Matrix Market files."""

from __future__ import annotations

import pytest

from genie3_engine.data.prepare import read_raw
from tests.data.io.refusals import refused
from tests.data.io.samples import GENES


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
    assert read_raw(path)[0].values.data.tolist() == [1.5]
