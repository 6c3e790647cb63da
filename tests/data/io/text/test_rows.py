"""Tests of small text tables."""

from __future__ import annotations

import gzip

import pytest

from genie3_engine.data.io.text.rows import delimiter_of, read_rows
from genie3_engine.errors import InputError

ROWS = [["gene", "group"], ["A", "x, y"], ["B", ""]]


@pytest.mark.parametrize(
    "text",
    [
        "gene\tgroup\nA\tx, y\nB\t\n",
        'gene,group\nA,"x, y"\n\n,\nB,\n',
        "# of a paper\n gene ; group\r\nA;x, y\r\nB;\r\n",
        '\ufeff"gene"\t"group"\nA\t"x,\ny"\nB\t',
    ],
)
def test_read_rows__reads_any_way_of_writing(text, tmp_path):
    assert read_rows(text.encode()) == ROWS
    path = tmp_path / "rows.txt.gz"
    path.write_bytes(gzip.compress(text.encode("utf-16")))
    assert read_rows(path) == ROWS


def test_read_rows__keeps_comments_where_names_may_begin_so():
    assert read_rows(b"#1\nA\n", keep_comments=True) == [["#1"], ["A"]]
    assert read_rows(b"#1\nA\n") == [["A"]]


@pytest.mark.parametrize(
    ("content", "pattern"), [(b"", "The list is empty"), (bytes(9), "not a text file")]
)
def test_read_rows__names_what_it_refuses(content, pattern):
    with pytest.raises(InputError, match=pattern):
        read_rows(content, name="The list")


def test_delimiter_of__takes_the_first_that_occurs():
    assert [delimiter_of(line) for line in ("a,b\tc", "a,b;c", "a b")] == ["\t", ";", ""]


def test_read_rows__names_the_line_of_a_byte_that_is_not_text():
    with pytest.raises(InputError, match=r"byte 0xff in line 3,001"):
        read_rows(b"A gene\n" * 3_000 + b"\xff\n")
