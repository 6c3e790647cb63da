"""Tests of the files with the names of a matrix."""

from __future__ import annotations

import gzip

import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError


def test_read_tenx__names_lists_that_do_not_fit(written):
    folder = written("10x folder")
    (folder / "barcodes.tsv.gz").write_bytes(gzip.compress(b"only\none\nand\n"))
    with pytest.raises(InputError, match=r"10 rows and 6 columns.*10 genes and .* 3 cells"):
        read_expression(folder)
