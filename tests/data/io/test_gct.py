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
