"""Tests of reading text tables; tests/data/test_prepare.py has the ways of writing them."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.table import ReadOptions
from genie3_engine.data.io.text.reader import read_lines
from genie3_engine.data.prepare import read_raw
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


@pytest.mark.parametrize("place", [1, 4, 7])
@pytest.mark.parametrize(
    "row", ["Smoker\tyes\tno\tyes", "Gender\tF\tM\tM", "tissue\tliver\tNA\tlung"]
)
def test_read_delimited__sets_aside_a_row_of_words_among_genes(row, place, tmp_path):
    lines = ["gene\ta\tb\tc", *(f"TP{i}\t{i}.5\t2.25\t{i}.75" for i in range(3, 10))]
    lines.insert(place, row)
    file = tmp_path / "table.tsv"
    file.write_text("\n".join(lines) + "\n")
    raw, report = read_raw(file)
    assert raw.genes == tuple(f"TP{i}" for i in range(3, 10))
    name, *cells = row.split("\t")
    assert raw.annotations[name] == tuple(cells)
    assert name in str([*report.warnings, *report.decisions])
    for options in ({"set_aside": [name]}, {"keep": [name]} if place > 1 else {}):
        again, _ = read_raw(file, **options)
        assert (name in again.genes) == ("keep" in options)


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


def read_text(tmp_path, content):
    file = tmp_path / "table.csv"
    file.write_text(content)
    return read_raw(file)[0]


@pytest.mark.parametrize(("first", "mark"), [("sep=;", ";"), ('"sep=,"', ","), ("SEP=|", "|")])
def test_read_delimited__skips_the_separator_of_excel(first, mark, tmp_path):
    rows = [["gene", "s1", "s2"], ["A", "1.5", "2"], ["B", "3", "4.5"], ["C", "5", "6"]]
    raw = read_text(tmp_path, "\n".join([first, *(mark.join(row) for row in rows)]))
    assert (raw.genes, raw.samples) == (("A", "B", "C"), ("s1", "s2"))


def test_read_delimited__doubts_one_of_two_rows_of_names(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("gene,r1,r2,r3\nID,a,b,c\nA,1.5,2,3\nB,3,4,6\nC,5,6,7\n")
    raw, report = read_raw(file)
    (doubt,) = (each for each in report.decisions if each.certainty is Certainty.GUESS)
    assert raw.samples == ("r1", "r2", "r3")
    assert read_raw(file, **doubt.alternatives[0].options)[0].samples == ("a", "b", "c")


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("cell", ["12%", "0.5 %", "1.5%"])
def test_read_delimited__refuses_percentages(cell, delimiter, tmp_path):
    rows = "\n".join(["gene\ts1\ts2\ts3", *(f"g{i}\t{cell}\t{cell}\t{cell}" for i in range(5))])
    with pytest.raises(InputError, match="percentages"):
        read_text(tmp_path, rows.replace("\t", delimiter))


@pytest.mark.parametrize(
    "titles",
    ["Table S1. Levels of genes,,,,", "Platform X\nNormalization = none", "Table 1,,,,\n,,,,"],
)
def test_read_delimited__skips_titles_above_the_header(titles, tmp_path):
    rows = ["gene,s1,s2,s3,s4", "A,1.5,2,3,4", "B,1.5,2,3,6", "C,5,6,7,8"]
    file = tmp_path / "table.csv"
    file.write_text("\n".join([titles, *rows]))
    raw, report = read_raw(file)
    assert (raw.genes, raw.samples) == (("A", "B", "C"), ("s1", "s2", "s3", "s4"))
    assert any("above the header" in warning for warning in report.warnings)


@pytest.mark.parametrize("row", ['B,"3,4,5', 'B,3,"4,5', '"B,3,4,5'])
def test_read_delimited__names_a_stray_quotation_mark(row, tmp_path):
    rows = ["gene,s1,s2,s3", "A,1.5,2,3", row, "C,5,6,7", "D,5,6,9"]
    with pytest.raises(InputError, match=r"Line 3 .*stray quotation mark"):
        read_text(tmp_path, "\n".join(rows))


@pytest.mark.parametrize(
    "groups", [",Control,,Treated,", "group,Control,Control,Treated,Treated", ",,,Drug,"]
)
def test_read_delimited__reads_two_rows_of_names(groups, tmp_path):
    rows = [groups, "gene,s1,s2,s3,s4", "A,1.5,2,3,4", "B,1.5,2,3,6", "C,5,6,7,8"]
    raw = read_text(tmp_path, "\n".join(rows))
    assert (raw.genes, raw.samples) == (("A", "B", "C"), ("s1", "s2", "s3", "s4"))
    assert raw.annotations["group"][2:] in {("Treated", "Treated"), ("Drug", "Drug")}


@pytest.mark.parametrize("rows", [",,,,", "\n\n"])
def test_read_delimited__skips_empty_rows_and_columns(rows, tmp_path):
    raw = read_text(tmp_path, f"gene,s1,,s2,\nA,1.5,,2,\n{rows}\nB,1.5,,3,\nC,5,,6,\nD,7,,9,\n")
    assert (raw.genes, raw.samples) == (("A", "B", "C", "D"), ("s1", "s2"))


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("$12.5", "amounts of money"),
        ("12.5 \u20ac", "amounts of money"),
        ("\u22121.5", "minus signs"),
        ("1\u202f250", "spaces between thousands"),
        ("1'250.5", "spaces between thousands"),
    ],
)
def test_read_delimited__refuses_signs_in_numbers(cell, what, tmp_path):
    rows = [f"{gene}\t{cell}\t{cell}\t0.5" for gene in ("A", "B", "C")]
    (tmp_path / "a.tsv").write_text("\n".join(["gene\ts1\ts2\ts3", *rows]), encoding="utf-8")
    with pytest.raises(InputError, match=what):
        read_raw(tmp_path / "a.tsv")


@pytest.mark.parametrize("small", ["500", "7.5", "500.000"])
def test_read_delimited__refuses_points_at_thousands(small, tmp_path):
    rows = [
        f"{gene};2.000;{i}.{123 + i};{small if i % 2 else '2.000'}"
        for i, gene in enumerate("ABCDEFGHIJ" * 4, 1)
    ]
    (tmp_path / "a.csv").write_text("\n".join(["gene;s1;s2;s3", *rows]))
    if small != "500":
        read_raw(tmp_path / "a.csv")
        return
    with pytest.raises(InputError, match=r"'2\.000', whose point may part thousands"):
        read_raw(tmp_path / "a.csv")


def test_read_delimited__reads_three_decimals_next_to_a_column_of_whole_numbers(tmp_path):
    rows = [f"GENE{i}\t{500 + i}\t{i}.{123 + i}\t2.{500 - i}" for i in range(1, 40)]
    (tmp_path / "a.tsv").write_text("\n".join(["symbol\tLength\ts1\ts2", *rows]))
    raw, _ = read_raw(tmp_path / "a.tsv")
    assert raw.samples[-2:] == ("s1", "s2")
    assert raw.values[0, -2] == 1.124


def test_read_delimited__takes_the_names_from_the_one_row_of_three_in_which_all_differ(tmp_path):
    header = ["arm,a,a,b,b", "day,1st,2nd,1st,2nd", "sample,s1,s2,s3,s4"]
    rows = ["TP53,1.5,2,3,4", "MYC,1.5,2,3,6", "SOX2,5,6,7,8"]
    (tmp_path / "a.csv").write_text("\n".join([*header, *rows]))
    raw, _ = read_raw(tmp_path / "a.csv")
    assert raw.samples == ("s1", "s2", "s3", "s4")
    assert raw.annotations["day"] == ("1st", "2nd", "1st", "2nd")


@pytest.mark.parametrize(
    "header",
    [
        ["time,0,0,6,6", "sample,s1,s2,s3,s4"],
        [",a,a,b,b", ",s1,s2,s3,s4", "gene,,,,"],
        [",s1,s2,s3,s4", "gene,,,,"],
    ],
)
def test_read_delimited__finds_the_names_among_several_rows_above_the_numbers(header, tmp_path):
    rows = ["TP53,1.5,2,3.25,4", "MYC,1.5,2.5,3,6", "SOX2,5,6,7.5,8"]
    (tmp_path / "a.csv").write_text("\n".join([*header, *rows]))
    raw, _ = read_raw(tmp_path / "a.csv", orientation="genes-in-rows")
    assert raw.samples == ("s1", "s2", "s3", "s4")
    assert raw.genes[-3:] == ("TP53", "MYC", "SOX2")
    assert raw.n_genes == 3 or header[0].startswith("time")
