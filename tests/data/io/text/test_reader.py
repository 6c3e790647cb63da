"""Tests of reading text tables; tests/data/test_prepare.py has the ways of writing them."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.io.text.reader import read_lines
from genie3_engine.errors import InputError


def table_of(text):
    return read_lines("x.tsv", enumerate(text.splitlines(), start=1), encoding="utf-8")


def test_read_lines__keeps_text_about_rows_and_columns():
    table = table_of("gene\tnote\ts1\ts2\ntissue\t\tliver\tbrain\nA\tx y\t1\t2\nB\tz w\t3\t4\n")
    assert (table.row_names, table.column_names) == (["A", "B"], ["s1", "s2"])
    assert table.row_annotations == {"note": ["x y", "z w"]}
    assert table.column_annotations == {"tissue": ["liver", "brain"]}
    np.testing.assert_array_equal(np.concatenate(table.blocks), [[1, 2], [3, 4]])


def test_read_lines__warns_of_what_it_skips():
    table = table_of("# one\n# two\ngene;s1\nA;1,5\nB;2\n")
    assert table.warnings == [
        "2 comment lines at the top were skipped.",
        "Numbers are written with a decimal comma.",
    ]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("", "only blank lines"),
        ("A\nB\n", "one column only"),
        ("gene\ts1\ts2\n", "no rows of numbers"),
        ('gene,s1\nA,"1,234"\nB,"2,345"\n', "'1,234'"),
    ],
)
def test_read_lines__refuses_what_is_not_a_table(text, pattern):
    with pytest.raises(InputError, match=pattern):
        table_of(text)
