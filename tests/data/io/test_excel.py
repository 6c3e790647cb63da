"""Tests of reading Excel workbooks."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError, OptionError
from tests.data.io.refusals import refused
from tests.data.io.samples import (
    VALUES,
    WRITERS,
)


@pytest.mark.parametrize("formula", ["=1+1", "=SUM(C4:C9)", '=HYPERLINK("http://x")'])
@pytest.mark.parametrize("cell", ["C5", "A6", "C3"])
def test_excel__refuses_formulas(formula, cell, tmp_path):
    import openpyxl

    path = tmp_path / "book.xlsx"
    WRITERS["xlsx"][1](path)
    book = openpyxl.load_workbook(path)
    book["expression"][cell] = formula
    book.save(path)
    refused(path, "formula", rf"the cell {cell} of the sheet 'expression' holds the formula =")


def test_excel__reads_numbers_as_text_and_dates(tmp_path):
    import datetime

    import openpyxl

    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    for row in (["gene", "S1", "S2"], [datetime.datetime(2026, 9, 1), "5.5", 2], ["MYC", 1, 2]):
        book.active.append(row)
    book.active.append(["SOX2", 0.125, 3])
    book.save(path)
    expression, _ = read_expression(path)
    assert expression.genes == ("2026-09-01", "MYC", "SOX2")
    assert expression.values[:, 0].tolist() == [5.5, 1, 0.125]


def test_excel__warns_of_nothing_and_leaves_no_file_open(tmp_path):
    path = tmp_path / "not.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(300))
    refused(path, "input", "is damaged, or not an Excel workbook")


def test_read_excel__offers_its_sheets(written):
    path = written("xlsx")
    expression, report = read_expression(path)
    assert report.sheet == "expression"
    assert report.sheets == ("notes", "expression", "turned")
    assert any("description" in warning for warning in report.warnings)
    for sheet in ("turned", "3"):
        turned, report = read_expression(path, sheet=sheet)
        assert report.orientation == "genes-in-columns"
        assert turned.fingerprint == expression.fingerprint
    with pytest.raises(OptionError, match=r"no sheet 'x'.*'notes'"):
        read_expression(path, sheet="x")
    with pytest.raises(InputError):
        read_expression(path, sheet="notes")


@pytest.mark.parametrize("entry", [2020, '=HYPERLINK("http://x", "y")'])
def test_read_excel__passes_by_a_sheet_about_the_file(entry, written):
    import openpyxl

    path = written("xlsx")
    book = openpyxl.load_workbook(path)
    for row in (["field", "value"], ["author", "A. B."], ["date", entry], ["version", 1.2]):
        book["notes"].append(row)
    book.save(path)
    expression, report = read_expression(path)
    assert report.sheet == "expression"
    np.testing.assert_array_equal(expression.values, VALUES)
