"""Tests of opening input files."""

from __future__ import annotations

import gzip

from genie3_engine.data.io.input_file import open_source
from tests.data.io.refusals import refused


def test_gzip__refuses_a_bomb(tmp_path):
    path = tmp_path / "bomb.tsv.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        for _ in range(100):
            out.write(b"0\t" * (1 << 19))
    refused(path, "bomb", "grows more than 300 times")


def test_text__may_end_after_the_file(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("a\nb\n")
    with open_source(path) as source:
        text = source.text()
        assert next(iter(text.__enter__())) == "a\n"
    assert not text.__exit__(None, None, None)
