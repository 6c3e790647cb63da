from __future__ import annotations

import io
import os
import shutil
import tarfile
from pathlib import Path

import pytest

import genie3_engine
from genie3_engine.errors import CloudError
from genie3_engine.launchers.sagemaker.bundle import CONTAINER, pack_engine

PACKAGE = Path(genie3_engine.__file__).parent


def test_pack_engine__holds_the_engine_and_nothing_else():
    pack = pack_engine()
    archive = dict(pack.files)["engine.tar.gz"]
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == list(pack.names)
    assert {name.split("/")[0] for name in pack.names} == {"genie3_engine", "requirements.txt"}
    assert "genie3_engine/worker.py" in pack.names
    assert not [name for name in pack.names if "__pycache__" in name or name.endswith(".pyc")]
    assert {(member.uid, member.mtime, member.uname) for member in members} == {(0, 0, "")}
    assert dict(pack.files)["start.py"] == (CONTAINER / "start.py").read_bytes()


def test_pack_engine__is_the_same_wherever_and_whenever(tmp_path):
    first, copy = (tmp_path / name / "genie3_engine" for name in ("here", "elsewhere"))
    shutil.copytree(PACKAGE, first)
    shutil.copytree(first, copy)
    (copy / "secret.txt").symlink_to("/etc/passwd")
    os.utime(copy / "worker.py", (1, 1))
    assert pack_engine(copy).digest == pack_engine(first).digest
    assert pack_engine(copy).files == pack_engine(first).files
    (copy / "worker.py").write_text("another")
    assert pack_engine(copy).digest != pack_engine(first).digest


def test_pack_engine__without_the_container_names_a_remedy(tmp_path):
    with pytest.raises(CloudError, match=r"start\.py is missing"):
        pack_engine(container=tmp_path)
