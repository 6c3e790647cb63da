from __future__ import annotations

import pytest

from genie3_engine.data.list_columns import EVERY_CELL, WHOLE_LINE, columns_of_lines, likeness
from genie3_engine.errors import InputError


def columns(tmp_path, *lines):
    path = tmp_path / "list.txt"
    path.write_text("\n".join(lines), "utf-8")
    return columns_of_lines(path, lines)


def test_columns_of_lines__of_one_name_per_line_are_whole_lines(tmp_path):
    found, marks = columns(tmp_path, "Symbol", "TP53", "MYC")
    assert [(each.label, each.names()) for each in found] == [(WHOLE_LINE, ("TP53", "MYC"))]
    assert marks is None


def test_columns_of_lines__of_a_table_are_its_columns_and_two_more(tmp_path):
    found, _ = columns(tmp_path, "no\tgene", "1\tTP53", "2\tMYC", "3\tMYC")
    assert [(each.label, each.is_count) for each in found] == [
        ("no", True),
        ("gene", False),
        (WHOLE_LINE, False),
    ]
    assert found[1].names() == ("TP53", "MYC")
    assert max(found, key=lambda column: likeness(column, found)).label == "gene"


def test_columns_of_lines__of_names_in_one_line_are_every_cell(tmp_path):
    found, _ = columns(tmp_path, "c('TP53', 'MYC')")
    assert next(each for each in found if each.label == EVERY_CELL).names() == ("TP53", "MYC")


def test_columns_of_lines__refuses_lines_without_names(tmp_path):
    with pytest.raises(InputError, match=r"list\.txt has no names"):
        columns(tmp_path, ";;", "''")
