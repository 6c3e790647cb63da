"""Tests of opening input files."""

from __future__ import annotations

import gzip

from tests.data.io.refusals import refused


def test_gzip__refuses_a_bomb(tmp_path):
    path = tmp_path / "bomb.tsv.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        for _ in range(100):
            out.write(b"0\t" * (1 << 19))
    refused(path, "bomb", "grows more than 300 times")
