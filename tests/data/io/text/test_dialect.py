"""Tests of the detection of delimiters and headers."""

from __future__ import annotations

import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.text.dialect import detect_dialect, detect_layout


@pytest.mark.parametrize(
    ("lines", "delimiter", "n_cells"),
    [
        (["a\tb c\td", "x y\t1\t2"], "\t", 3),
        (["a,b,c", "x,1,2"], ",", 3),
        (["a;b;c", "x;1,5;2,5"], ";", 3),
        (["a b c", "x   1 2"], " ", 3),
        (["a|b|c", "x|1|2"], "|", 3),
        (['"a, b",c,d', '"x, y",1,2'], ",", 3),
        (["a,b;c,d", "x;1,2", "y;1,3"], ";", 2),
        (["a,b,c", "x,1,2,", "y,1,2,"], ",", 3),
    ],
)
def test_detect_dialect__finds_the_delimiter(lines, delimiter, n_cells):
    dialect = detect_dialect(lines)
    assert dialect is not None
    assert (dialect.delimiter, dialect.n_cells) == (delimiter, n_cells)


def test_detect_dialect__is_not_misled_by_decimal_commas_in_the_last_column():
    lines = [
        "gene;biotype;s1;s2;s3;logFC",
        *(f"G{i};lncRNA;{i};{i * 7 % 5};{i * 3};0,{i}5" for i in range(1, 9)),
    ]
    dialect = detect_dialect(lines)
    assert dialect is not None
    assert (dialect.delimiter, dialect.n_cells) == (";", 6)


def test_detect_dialect__finds_none_in_one_column():
    assert detect_dialect(["a", "1", "2"]) is None


@pytest.mark.parametrize(
    ("lines", "has_header", "has_row_names", "columns"),
    [
        (["g,a,b", "x,1,2"], True, True, ["a", "b"]),
        ([",a,b", "x,1,2"], True, True, ["a", "b"]),
        (["a,b", "x,1,2"], True, True, ["a", "b"]),
        (["a,b", "1,2"], True, False, ["a", "b"]),
        (["x,3,1", "y,3,4"], False, True, None),
        (["1.5,2", "3,4"], False, False, None),
        (["id,1,2", "x,3,4"], True, True, ["1", "2"]),
        (["1,2,3", "x,0.5,4,5"], True, True, ["1", "2", "3"]),
        (["12,7,9", "0.1,0.2,0.3"], True, False, ["12", "7", "9"]),
        (["12,7,9", "1,2,3"], False, False, None),
        (["x,0.5,oops", "y,1,2"], False, True, None),
        (['"A"\t"5"', '"x"\t1', '"y"\t2'], True, True, ["5"]),
    ],
)
def test_detect_layout__tells_names_from_numbers(lines, has_header, has_row_names, columns):
    dialect = detect_dialect(lines)
    assert dialect is not None
    layout = detect_layout(dialect, lines)
    assert (layout.has_header, layout.has_row_names) == (has_header, has_row_names)
    assert layout.column_names == columns


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("S1,S2,S3,Reverse", ["S1", "S2", "S3", "Reverse"]),
        ("Chr,S1,S2,Reverse", ["Chr", "S1", "S2", "Reverse"]),
        ("gene,S1,S2,S3", ["S1", "S2", "S3"]),
        ("symbol,S1,S2,S3,S4,Reverse", ["symbol", "S1", "S2", "S3", "S4", "Reverse"]),
        ("probe,S1,S2,logFC", ["S1", "S2", "logFC"]),
        ("foo,S1,S2,S3", ["S1", "S2", "S3"]),
    ],
)
def test_detect_layout__tells_an_empty_last_column_from_a_delimiter_at_the_end(header, columns):
    about = "GENE{i},{i}.1,7," if "symbol" in header else ""
    rows = ("ILMN_{i}," + about + "{i}.5,{i}.25,{i},").replace("{i}", "%d")
    lines = [header, *(rows % ((i,) * rows.count("%d")) for i in range(1, 9))]
    layout = detect_layout(detect_dialect(lines), lines)
    assert layout.column_names == columns
    guesses = [each for each in layout.decisions if each.certainty is Certainty.GUESS]
    assert len(guesses) == (columns[0] in ("Chr", "symbol"))
