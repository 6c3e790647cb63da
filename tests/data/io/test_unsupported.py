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
