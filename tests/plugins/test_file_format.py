"""Tests of a file format that is registered from outside the program."""

from __future__ import annotations

import json

import numpy as np
import pytest

from genie3_engine import cli
from genie3_engine.data.io import FORMATS, Format
from genie3_engine.data.io.table import Table
from genie3_engine.data.prepare import read_expression
from tests.pages.conftest import open_page, texts

__all__ = ["open_page"]

MAGIC = b"TRIPLES 1\n"
CONTENT = MAGIC + json.dumps({f"GENE{i}": [i, i * i, 5 - i, 1] for i in range(6)}).encode()


def read_triples(source, asked):
    del asked
    source.stream.seek(len(MAGIC))
    rows = json.loads(source.stream.read())
    return Table([np.array(list(rows.values()), float)], None, list(rows), genes_in_rows=True)


TRIPLES = Format(
    "file of triples", (".trp",), lambda source: source.head.startswith(MAGIC), read_triples
)


@pytest.fixture(autouse=True)
def registered():
    with FORMATS.registered("triples", TRIPLES):
        yield


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "data.trp"
    path.write_bytes(CONTENT)
    return path


def test_format__is_read_by_python(path):
    expression, report = read_expression(path)
    assert expression.genes == tuple(f"GENE{i}" for i in range(6))
    assert report.format == "file of triples"


def test_format__is_in_the_help_and_read_by_the_command_line(path, capsys):
    assert cli.main(["infer", "--help"]) == 0
    assert "file of triples" in " ".join(capsys.readouterr().out.split())
    assert cli.main(["doctor", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["format"] == "file of triples"


def test_format__is_on_the_upload_form_and_read_by_the_page(open_page, home):
    page = open_page("data")
    assert "file of triples" in texts(page)
    page.file_uploader[0].upload("data.trp", CONTENT, "application/octet-stream").run()
    assert not page.exception
    assert "6 genes" in texts(page)


def test_format__is_promised_by_its_ending(tmp_path):
    path = tmp_path / "other.trp"
    path.write_text("gene\ta\tb\nA\t1\t2\n")
    with pytest.raises(Exception, match="is not a file of triples in spite of its ending"):
        read_expression(path)
