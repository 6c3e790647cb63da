"""Tests of the registry of file formats."""

from __future__ import annotations

import pytest

from genie3_engine.data.io import all_formats, format_of
from genie3_engine.data.io.input_file import open_source


def test_formats__have_names_and_endings_of_their_own():
    assert len({form.name for form in all_formats()}) == len(all_formats())
    endings = [ending for form in all_formats() for ending in form.endings]
    assert len(set(endings)) == len(endings)
    assert all(ending == ending.lower() and ending[:1] in {"", "."} for ending in endings)


@pytest.mark.parametrize("form", all_formats(), ids=lambda form: form.name)
def test_formats__tell_text_from_their_own(form, tmp_path):
    path = tmp_path / "table.tsv"
    path.write_text("a\tb\n1\t2\n")
    with open_source(path) as source:
        assert form.sniff(source) == (form.name == "text table")


def test_format_of__reads_text_whatever_its_ending(tmp_path):
    path = tmp_path / "table.anything"
    path.write_text("a\tb\n1\t2\n")
    with open_source(path) as source:
        assert format_of(source).name == "text table"
