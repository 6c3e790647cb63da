"""Tests of the registry of file formats."""

from __future__ import annotations

import pytest

from genie3_engine.data.io import all_formats, format_of
from genie3_engine.data.io.input_file import open_source
from genie3_engine.data.prepare import read_raw
from genie3_engine.errors import OptionError
from tests.data.io import samples


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


@pytest.mark.parametrize("write", [samples.gct_12, samples.loom, samples.mtx, samples.tenx_h5])
@pytest.mark.parametrize("option", ["header_row", "name_column"])
def test_read_table__refuses_to_choose_what_a_format_defines(write, option, tmp_path):
    path = tmp_path / write.__name__
    path = path.with_suffix(
        {"gct_12": ".gct", "tenx_h5": ".h5"}.get(write.__name__, f".{write.__name__}")
    )
    write(path)
    with pytest.raises(OptionError, match=f"--{option.replace('_', '-')} cannot be chosen"):
        read_raw(path, **{option: 1})
