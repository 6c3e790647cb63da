"""Tests of the lines of lists and of tables of links."""

from __future__ import annotations

import openpyxl
import pytest

from genie3_engine.data.io.entry_lines import entry_lines
from genie3_engine.data.io.input_file import open_source
from genie3_engine.errors import InputError


def _lines(content: bytes, **options: bool) -> list[str]:
    with open_source(content, name="list.txt") as source:
        return [line for _, line in entry_lines(source, **options)]


@pytest.mark.parametrize("first", ["A", "PAR1", "RDX", "FEA1", "BZh"])
def test_entry_lines__a_gene_is_no_mark_of_a_format(first):
    assert _lines(f"{first}\nTP53\n".encode()) == [first, "TP53"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><html><body>404</body></html>\n", "page of the web"),
        (b"<?xml version='1.0'?>\n<Error/>\n", "XML"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "Git LFS"),
        (b'[{"source": "A", "target": "B"}]', "JSON"),
        (b"PAR1\0\0\0\0\0PAR1", "Parquet"),
        (b"PK\x03\x04\0\0\0\0", "zip archive"),
    ],
)
def test_entry_lines__names_what_is_no_text_of_entries(content, kind):
    with pytest.raises(InputError, match=kind) as caught:
        _lines(content)
    assert caught.value.remedy


def test_entry_lines__json_is_text_where_it_may_be():
    assert _lines(b'["A", "B"]', may_be_json=True) == ['["A", "B"]']


def test_entry_lines__gives_the_longest_sheet_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["See the next sheet."])
    sheet = book.create_sheet("TFs")
    for row in (["Table S2"], ["Symbol", "Family", "n"], ["TP53", "p53", 1], ["MYC", "bHLH", 2]):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    with open_source(tmp_path / "list.xlsx") as source:
        lines = [line for _, line in entry_lines(source)]
    assert lines == ["Table S2", "Symbol\tFamily\tn", "TP53\tp53\t1", "MYC\tbHLH\t2"]
