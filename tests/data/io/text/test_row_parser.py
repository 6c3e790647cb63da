"""Tests of parsing rows of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.io.text.dialect import Dialect, Layout
from genie3_engine.data.io.text.row_parser import BodyReader
from genie3_engine.errors import InputError

LAYOUT = Layout(True, True, ["s1", "s2"])


def parsed(lines, *, delimiter="\t", decimal="."):
    reader = BodyReader("x.tsv", Dialect(delimiter, decimal=decimal, n_cells=3), LAYOUT)
    for number, line in enumerate(lines, start=2):
        reader.add(number, line)
    reader.flush()
    return reader


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        (["A\t1\t2.5", "B\t3\t-4e1"], {}),
        (["A  1   2.5", "B 3 -4e1"], {"delimiter": " "}),
        (["A;1;2,5", "B;3;-4e1"], {"delimiter": ";", "decimal": ","}),
        (['"A"\t"1"\t2.5', '"B"\t3\t-4e1'], {}),
    ],
)
def test_body_reader__reads_names_and_numbers(lines, options):
    reader = parsed(lines, **options)
    assert reader.names == ["A", "B"]
    np.testing.assert_array_equal(np.concatenate(reader.blocks), [[1, 2.5], [3, -40]])


def test_body_reader__notes_cells_that_are_not_numbers():
    reader = parsed(["A\t1\tNA", "B\thigh\tinf"])
    np.testing.assert_array_equal(reader.blocks[0], [[1, np.nan], [np.nan, np.nan]])
    assert [(cell.text, cell.is_infinite) for cell in reader.odd_cells] == [
        ("high", False),
        ("inf", True),
    ]
    assert reader.odd_cells[0].place == "line 3: row 2 ('B'), column 1 ('s1')"


def test_body_reader__refuses_a_ragged_row():
    with pytest.raises(InputError, match=r"Line 3 \('B'\) of x.tsv has 2 cells where 3"):
        parsed(["A\t1\t2", "B\t3"])


@pytest.mark.parametrize(
    "row",
    [
        "Sex\tF\tM",
        "note\tT cell\tB cell",
        "date\t2020-01-10\t2020-02-01",
        "Tissue\tliver\tliver",
        '"Group"\t"a1"\t"b2"',
    ],
)
def test_body_reader__takes_rows_of_words_out(row):
    reader = parsed(["A\t1\t2.5", row, "B\t3\t4"])
    assert reader.names == ["A", "B"]
    assert [name for name, _ in reader.text_rows] == [row.split("\t")[0].strip('"')]
    assert (reader.n_odd, reader.odd_cells) == (0, [])


@pytest.mark.parametrize("row", ["B\tND\tn.d.", "B\t1,5\t2,25", "B\thigh\t3"])
def test_body_reader__keeps_rows_of_damaged_numbers(row):
    reader = parsed(["A\t1\t2.5", row])
    assert reader.names == ["A", "B"]
    assert reader.text_rows == []


@pytest.mark.parametrize("delimiter", [";", " "])
def test_body_reader__a_point_among_decimal_commas_is_no_number(delimiter):
    lines = [delimiter.join(row) for row in (("A", "1,5", "1.234"), ("B", "2,5", "3,5"))]
    reader = parsed(lines, delimiter=delimiter, decimal=",")
    np.testing.assert_array_equal(reader.blocks[0], [[1.5, np.nan], [2.5, 3.5]])
    assert [cell.text for cell in reader.odd_cells] == ["1.234"]
