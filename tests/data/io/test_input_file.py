"""Tests of opening input files."""

from __future__ import annotations

import gzip

import pytest

from genie3_engine.data.io.input_file import open_source
from genie3_engine.errors import InputError
from genie3_engine.jobs import leftovers
from tests.data.io.refusals import refused


def test_gzip__refuses_a_bomb(tmp_path):
    path = tmp_path / "bomb.tsv.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        for _ in range(100):
            out.write(b"0\t" * (1 << 19))
    refused(path, "bomb", "grows more than 300 times")


def test_on_disk__names_its_copy_so_that_it_is_found_when_the_program_is_killed(tmp_path):
    path = tmp_path / "table.h5.gz"
    path.write_bytes(gzip.compress(b"content"))
    with open_source(path) as source, source.on_disk() as copy:
        assert copy.read_bytes() == b"content"
        assert leftovers._SCRATCH.fullmatch(copy.name)
    assert not copy.exists()


def test_text__may_end_after_the_file(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("a\nb\n")
    with open_source(path) as source:
        text = source.text()
        assert next(iter(text.__enter__())) == "a\n"
    assert not text.__exit__(None, None, None)


def test_open_source__refuses_a_device_that_has_no_end(tmp_path):
    endless = tmp_path / "table.tsv"
    endless.symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"cannot be opened: it is a device"), open_source(endless):
        pass
