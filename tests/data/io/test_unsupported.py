"""Tests of formats that are recognised and refused."""

from __future__ import annotations

import zipfile

import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError
from tests.data.io.samples import SAMPLES


def test_archives__are_not_opened(tmp_path):
    import tarfile

    table = tmp_path / "x.tsv"
    table.write_text("\t".join(SAMPLES))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(table, "../../x.tsv")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(table, "../x.tsv")
    for name, kind in (("a.zip", "zip"), ("a.tar.gz", "tar")):
        with pytest.raises(InputError, match=f"{kind} archive") as caught:
            read_expression(tmp_path / name)
        assert "unpack" in caught.value.remedy


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<!DOCTYPE html>\n<html><body>404, not found</body></html>", "HTML"),
        ("<!-- saved -->\n<html><body>404</body></html>", "HTML"),
        ("<br />\n<b>Warning</b>: no connection in a.php\n", "HTML"),
        ("\n <html lang='en'>\n<a>1</a>\t2\n", "HTML"),
        ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "XML"),
        ('{"message": "Not Found", "status": 404}', "JSON"),
        ('{\n  "error": {"code": 404},\n  "a": 1\n}', "JSON"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt"])
def test_pages_and_pointers__are_called_what_they_are(content, kind, ending, tmp_path):
    file = tmp_path / f"counts{ending}"
    file.write_text(content)
    with pytest.raises(InputError, match=kind) as caught:
        read_expression(file)
    assert caught.value.remedy
