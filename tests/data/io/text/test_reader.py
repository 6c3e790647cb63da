"""Tests of reading text tables; tests/data/test_prepare.py has the ways of writing them."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.table import ReadOptions
from genie3_engine.data.io.text.reader import read_lines
from genie3_engine.errors import InputError, OptionError


def table_of(text, **options):
    lines = enumerate(text.splitlines(), start=1)
    return read_lines("x.tsv", lines, encoding="utf-8", options=ReadOptions(**options))


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


LINES = ["id\ts1\ts2\tnote", *(f"G{i}\t{i}.5\t{i * i % 7}.25\t{i}" for i in range(70))]


def test_read_lines__sets_aside_text_that_begins_with_numbers():
    later = [f"H{i}\t{i}.5\t{i * i % 7}.25\tsome words" for i in range(90)]
    table = table_of("\n".join(LINES + later))
    assert table.column_names == ["s1", "s2"]
    assert (table.n_odd, table.odd_cells) == (0, [])
    assert [d.names for d in table.decisions if d.subject == "set-aside"] == [("note",)]


def test_read_lines__doubts_numbers_that_begin_with_text():
    rows = [f"G{i}\t{i}.5\t{i * i % 7}.25\t{'low' if i < 70 else i}" for i in range(200)]
    table = table_of("\n".join(["id\ts1\ts2\ts3", *rows]))
    doubt = next(d for d in table.decisions if d.subject == "set-aside")
    assert doubt.certainty is Certainty.GUESS
    kept = table_of("\n".join(["id\ts1\ts2\ts3", *rows]), keep=("s3",))
    assert (kept.column_names, kept.n_odd) == (["s1", "s2", "s3"], 70)


def test_read_lines__doubts_names_that_have_fractions_below():
    names = [*range(100, 2300), *(i + 0.5 for i in range(300))]
    rows = [f"{name}\t{i % 13}.5\t{i * i % 7}.25" for i, name in enumerate(names)]
    table = table_of("\n".join(["sample\tA1B\tMYC", *rows]))
    doubt = next(d for d in table.decisions if d.subject == "row-names")
    assert doubt.certainty is Certainty.GUESS


def test_read_lines__refuses_an_unknown_header_row_and_column():
    with pytest.raises(OptionError, match="header row"):
        table_of("a\tb\n1\t2\n", header_row="first")
    with pytest.raises(OptionError, match="no column 'c'"):
        table_of("a\tb\n1\t2\n3\t4\n", name_column="c")
