"""Tests of reading GCT files."""

from __future__ import annotations

import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError

GCT = "#1.2\n3\t2\nName\tDescription\ts1\ts2\nA\tx\t1\t2\nB\ty\t3\t4\nC\tz\t5\t6\n"


def test_read_gct__leaves_descriptions_out(tmp_path):
    path = tmp_path / "x.gct"
    path.write_text(GCT)
    expression, report = read_expression(path)
    assert expression.genes == ("A", "B", "C")
    assert expression.values.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert report.format == "GCT file"


def test_read_gct__refuses_a_wrong_size(tmp_path):
    path = tmp_path / "x.gct"
    path.write_text(GCT.replace("3\t2", "4\t2"))
    with pytest.raises(InputError):
        read_expression(path)


def test_read_gct__skips_the_numbers_of_rows(tmp_path):
    path = tmp_path / "gene_reads.gct"
    rows = [f"{i}\tENSG0000000000{i}.1\t{name}\t{i}\t2" for i, name in enumerate("ABC")]
    path.write_text("\n".join(["#1.2", "3\t2", "id\tName\tDescription\ts1\ts2", *rows]) + "\n")
    expression, _ = read_expression(path)
    assert (expression.samples, expression.values[:, 0].tolist()) == (("s1", "s2"), [0, 1, 2])
    assert expression.genes[0] in ("A", "ENSG00000000000.1")
