"""Tests of finding columns and rows of text."""

from __future__ import annotations

from genie3_engine.data.io.text.annotation_columns import text_rows, with_text_columns
from genie3_engine.data.io.text.dialect import detect_dialect, detect_layout


def layout_of(text):
    lines = text.splitlines()
    dialect = detect_dialect(lines)
    return detect_layout(dialect, lines), dialect, lines[1:]


def test_with_text_columns__finds_descriptions():
    layout = with_text_columns(*layout_of("gene\tnote\ts1\nA\tx\t1\nB\ty\t2\nC\tz\t3\n"))
    assert (layout.text_columns, layout.text_names) == ((1,), ("note",))
    assert layout.column_names == ["s1"]


def test_with_text_columns__takes_names_behind_numbered_rows():
    layout = with_text_columns(*layout_of(",gene,s1\n0,A,1.5\n1,B,2\n2,C,3\n"))
    assert (layout.name_column, layout.corner) == (1, "gene")


def test_text_rows__finds_conditions_below_the_header():
    layout, dialect, lines = layout_of("gene\ts1\ts2\nkind\tx\ty\nA\t1\t2\nB\t3\t4\n")
    assert text_rows(layout, dialect, lines) == [("kind", ["x", "y"])]
