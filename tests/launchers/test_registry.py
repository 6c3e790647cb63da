from __future__ import annotations

import ast
from pathlib import Path

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.launchers.registry import CLOUD, LAUNCHERS, LOCAL, launcher_rows
from genie3_engine.model import RunSpec
from tests.conftest import ROOT

_OWN = (ROOT / "genie3_engine" / "launchers", ROOT / "pages" / "sagemaker")


def test_launchers__are_described():
    for info in LAUNCHERS.records():
        assert isinstance(info, LauncherInfo)
        assert info.label
        assert info.help.endswith(".")
        names = [each.name for each in info.settings]
        assert len(names) == len(set(names))


def test_launchers__name_those_that_there_are():
    with pytest.raises(OptionError, match="no launcher named 'x'") as refused:
        LAUNCHERS["x"]
    assert "local, sagemaker" in refused.value.remedy


def test_instances__are_those_of_a_cloud_but_not_of_an_emulator():
    options = {"instance_type": "ml.c5.xlarge", "instances": 3}
    instances = LAUNCHERS[CLOUD].instances
    assert instances(options) == ("ml.c5.xlarge", 3)
    assert instances({**options, "endpoint_url": "http://localhost:1"}) is None
    assert LAUNCHERS[LOCAL].instances is None


def test_launcher_rows__leave_accounts_and_paths_out():
    options = {"instance_type": "ml.c5.xlarge", "role": "secret", "bucket": "secret"}
    rows = launcher_rows(RunSpec("0" * 64, launcher=CLOUD, launcher_options=options))
    assert rows == [("Launcher", "SageMaker"), ("Instance type", "ml.c5.xlarge")]
    assert launcher_rows(RunSpec("0" * 64, launcher="gone")) == [("Launcher", "gone")]
    assert launcher_rows(RunSpec("0" * 64)) == [("Launcher", "This machine")]


def _compared_names(file: Path) -> list[int]:
    """Return the lines that compare something with a launcher's name."""
    lines = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            values = [node.left, *node.comparators]
            words = [each for value in values for each in ast.walk(value)]
            if any(isinstance(w, ast.Constant) and w.value in {LOCAL, CLOUD} for w in words):
                lines.append(node.lineno)
    return lines


def test_launchers__are_compared_by_name_nowhere_else():
    found = {
        str(file.relative_to(ROOT)): lines
        for folder in ("genie3_engine", "pages", "ui")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not any(own in file.parents for own in _OWN) and (lines := _compared_names(file))
    }
    assert found == {}
