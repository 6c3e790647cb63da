"""Tests of the files with the names of a matrix."""

from __future__ import annotations

import gzip

import pytest

from genie3_engine.data.io.companion_files import companion_labels
from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError


def test_read_tenx__names_lists_that_do_not_fit(written):
    folder = written("10x folder")
    (folder / "barcodes.tsv.gz").write_bytes(gzip.compress(b"only\none\nand\n"))
    with pytest.raises(InputError, match=r"10 rows and 6 columns.*10 genes and .* 3 cells"):
        read_expression(folder)


@pytest.mark.parametrize(("start", "header"), [(0, ",name\n"), (1, '"","x"\n'), (1, "")])
def test_companion_labels__leaves_out_row_numbers(tmp_path, start, header):
    genes, cells = ["TP53", "MYC", "SOX2"], ["AAACCTGA-1", "AAACGGGT-1"]
    for name, texts in (("features", genes), ("barcodes", cells)):
        lines = [f"{i},{text}\n" for i, text in enumerate(texts, start=start)]
        (tmp_path / f"{name}.csv").write_text(header + "".join(lines))
    found = companion_labels(tmp_path / "matrix.mtx", 3, 2)
    assert (found.rows.kinds, found.columns.kinds) == ({"name": genes}, {"name": cells})
