"""Tests of reading the file of a sample sheet and finding the rows of samples."""

from __future__ import annotations

import gzip
import math

import pytest
from openpyxl import Workbook

from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.data.sheet_columns import SheetColumn
from genie3_engine.data.sheet_files import match_rows, read_sheet_columns, sheet_text
from genie3_engine.data.sheet_sources import SampleFacts, find_sheet
from genie3_engine.errors import InputError

SAMPLES = ("ctrl-1", "ctrl-2", "ko 1")
ROWS = [["sample", "time", "note"], ["ko 1", "5", "x y"], ["ctrl-1", "0", ""], ["ctrl-2", "1", ""]]


def columns(**entries):
    return [SheetColumn(label, tuple(texts)) for label, texts in entries.items()]


def matched(sheet, samples=SAMPLES, **options):
    return match_rows(sheet, samples, **{"has_sample_names": True, "name": "x.tsv", **options})


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_read_sheet_columns__reads_text(tmp_path, mark):
    path = tmp_path / "sheet.txt.gz"
    path.write_bytes(gzip.compress("\n".join(map(mark.join, ROWS)).encode()))
    assert read_sheet_columns(path) == columns(
        sample=["ko 1", "ctrl-1", "ctrl-2"], time="501", note=["x y", "", ""]
    )


def test_read_sheet_columns__reads_workbooks(tmp_path):
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "sheet.xlsx")
    assert read_sheet_columns(tmp_path / "sheet.xlsx")[1].entries == ("5", "0", "1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "sample,time\na,0\nb,1,x,y\nc,2\n",
            "Row 3 of sheet.tsv has 4 cells, and its header has 2",
        ),
        ("a\nb\n", "no table with a header"),
        ("x\t0\ny\t1\nz\t2\n", "first row, such as 'x', has no words"),
    ],
)
def test_read_sheet_columns__refuses_what_is_no_sheet(tmp_path, text, words):
    path = tmp_path / "sheet.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_sheet_columns(path)
    assert caught.value.remedy


def test_match_rows__puts_rows_into_the_order_of_the_samples():
    table = matched(columns(run=["ko 1", "ctrl-1", "ctrl-2"], time="501"))
    assert table.columns[1].entries == ("0", "1", "5")
    assert table.sample_column.label == "run"
    assert not table.notes


@pytest.mark.parametrize(
    ("names", "samples"),
    [
        (["Ctrl-1", "CTRL-2", "KO 1"], SAMPLES),
        (["ctrl.1", "ctrl.2", "ko.1"], SAMPLES),
        (["X1.a", "X2.a"], ("1-a", "2-a")),
        (["0", "50"], ("0.0", "50.0")),
    ],
)
def test_match_rows__compares_names_as_other_programs_write_them(names, samples):
    table = matched(columns(sample=names, time=map(str, range(len(names)))), samples)
    assert table.columns[1].entries == tuple(map(str, range(len(names))))


def test_match_rows__names_rows_and_samples_that_do_not_meet():
    table = matched(columns(sample=["ctrl-1", "ctrl2", "other"], time="012"))
    assert table.columns[1].entries == ("0", "", "")
    strangers, rowless = table.notes
    assert "2 rows of x.tsv are of no sample" in strangers
    assert "'ctrl2' (near: 'ctrl-2')" in strangers
    assert "2 samples have no row in x.tsv: 'ctrl-2', 'ko 1'" in rowless


def test_match_rows__samples_of_one_name_have_rows_in_their_order():
    table = matched(columns(sample="0101", series="aabb"), ("0", "1", "0", "1"))
    assert table.columns[1].entries == ("a", "a", "b", "b")


def test_match_rows__rows_without_names_are_in_the_order_of_the_samples():
    sheet = columns(series="aab", time="010")
    assert matched(sheet).is_guess
    assert not matched(sheet, has_sample_names=False).is_guess


def test_match_rows__copies_of_a_row_count_once():
    table = matched(columns(sample=["ctrl-1", "ctrl-1", "ctrl-2"], time="001"))
    assert table.columns[1].entries == ("0", "1", "")


@pytest.mark.parametrize(
    ("sheet", "samples", "words"),
    [
        (columns(sample=["ctrl-1", "ctrl-1"], time="01"), SAMPLES, "'ctrl-1', on rows 2, 3"),
        (columns(sample=["a", "b"], time="01"), SAMPLES, "it has 'a', 'b', and the data have"),
        (columns(series="ab", time="01"), SAMPLES, "2 rows and no names of samples"),
        (columns(sample="001", time="012"), ("0", "0", "0", "1"), "3 samples of the data"),
    ],
)
def test_match_rows__refuses_what_it_cannot_match(sheet, samples, words):
    with pytest.raises(InputError, match=words) as caught:
        matched(sheet, samples)
    assert caught.value.remedy


def test_sheet_text__is_read_as_the_same_sheet(tmp_path):
    sheet = SampleSheet(
        ("a b", "a b", "", ""),
        (0.1, 1 / 3, math.nan, math.nan),
        ((), ("MYC",), ("MYC", "TP53"), ()),
        ("", "KD", "OE", ""),
        ("1", "1", "", "2"),
        ("", "", "x", "y"),
    )
    path = tmp_path / "sheet.tsv"
    samples = ("s,1", "s 2", "s2", "s2")
    path.write_text(sheet_text(samples, sheet), encoding="utf-8")
    found = find_sheet(SampleFacts(samples, ("TP53", "MYC")), source=path)
    assert found.sheet == sheet
    assert not found.warnings
    assert len(sheet_text(samples, None).splitlines()) == 5
