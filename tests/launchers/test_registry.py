from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from genie3_engine import planning
from genie3_engine.errors import OptionError
from genie3_engine.launchers.base import JobView, LauncherInfo
from genie3_engine.launchers.registry import (
    CLOUD,
    CLUSTER,
    LAUNCHERS,
    LOCAL,
    complete_options,
    launcher_rows,
    save_options,
    saved_options,
    todays_catalogue,
)
from genie3_engine.launchers.slurm import asking
from genie3_engine.model import RunSpec
from tests.conftest import ROOT


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
    assert LAUNCHERS[LOCAL].instances({}) is None


def test_launcher_rows__leave_accounts_and_paths_out():
    options = {"instance_type": "ml.c5.xlarge", "role": "secret", "bucket": "secret"}
    rows = launcher_rows(RunSpec("0" * 64, launcher=CLOUD, launcher_options=options))
    assert rows == [("Launcher", "SageMaker"), ("Instance type", "ml.c5.xlarge")]
    assert launcher_rows(RunSpec("0" * 64, launcher="gone")) == [("Launcher", "gone")]
    assert launcher_rows(RunSpec("0" * 64)) == [("Launcher", "This machine")]


def test_launcher_rows__have_what_was_decided_for_the_run(monkeypatch, tmp_path):
    view = JobView(job="12", options={"tasks": 24, "account": "lab"})
    place = SimpleNamespace(view=lambda run: view)
    info = replace(LAUNCHERS[CLUSTER], create=lambda home: place)
    monkeypatch.setitem(LAUNCHERS._records, CLUSTER, info)
    spec = RunSpec("0" * 64, launcher=CLUSTER, launcher_options={"tasks": None})
    assert ("Tasks", "by the forecast") in launcher_rows(spec)
    rows = launcher_rows(spec, tmp_path)
    assert ("Tasks", "24") in rows
    assert "lab" not in str(rows)


def test_complete_options__refuses_saved_ones_that_cannot_be_read(home, monkeypatch):
    monkeypatch.setattr(asking, "is_here", lambda: False)
    home.mkdir(exist_ok=True)
    (home / "slurm.json").write_text('{"partition": "sho')
    assert saved_options(CLUSTER) == {}
    with pytest.raises(OptionError, match=r"slurm\.json cannot be read") as refused:
        complete_options(CLUSTER, {})
    assert "Save the options again" in refused.value.remedy
    save_options(CLUSTER, {"partition": "long"})
    assert complete_options(CLUSTER, {})["partition"] == "long"


def test_save_options__refuses_what_the_place_can_never_grant(home, monkeypatch):
    def refuse(options):
        raise OptionError(f"There is no partition {options['partition']!r}.", "Give another.")

    info = replace(LAUNCHERS[CLUSTER], refuse=refuse)
    monkeypatch.setitem(LAUNCHERS._records, CLUSTER, info)
    with pytest.raises(OptionError, match="no partition 'nope'"):
        save_options(CLUSTER, {"partition": "nope"})
    assert saved_options(CLUSTER) == {}


def test_saved_options__hold_where_nothing_is_given(home):
    assert saved_options(CLOUD) == {}
    assert complete_options(CLOUD, {})["instances"] == 1
    options = {"bucket": "mine-1", "instances": 4, "subnets": ("a",), "security_groups": ("b",)}
    file = save_options(CLOUD, {**complete_options(CLOUD, {}), **options})
    assert file == home / "sagemaker.json"
    lists = {"subnets": ["a"], "security_groups": ["b"]}
    assert saved_options(CLOUD) == {"bucket": "mine-1", "instances": 4, **lists}
    found = complete_options(CLOUD, {"instance_type": "ml.c5.xlarge", "instances": 2})
    assert (found["bucket"], found["instances"]) == ("mine-1", 2)


def test_save_options__refuses_a_wrong_one(home):
    with pytest.raises(OptionError, match="no option 'colour'"):
        save_options(CLOUD, {"colour": "red"})
    with pytest.raises(OptionError, match="Bucket is 'Not A Bucket'"):
        save_options(CLOUD, {"bucket": "Not A Bucket"})
    assert saved_options(CLOUD) == {}


def test_todays_catalogue__is_the_dated_one_where_no_launcher_knows_prices(home):
    save_options(CLOUD, {"endpoint_url": "http://localhost:1"})
    assert todays_catalogue() == planning.catalogue()


def _others() -> list[Path]:
    """Return the modules of the program that belong to no launcher."""
    own = ROOT / "genie3_engine" / "launchers"
    return [
        file
        for folder in ("genie3_engine", "pages", "ui")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if own not in file.parents
    ]


def _compared_names(tree: ast.AST) -> list[int]:
    """Return the lines that compare something with a launcher's name."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            words = [each for value in (node.left, *node.comparators) for each in ast.walk(value)]
            names = {w.value for w in words if isinstance(w, ast.Constant)}
            names |= {w.id for w in words if isinstance(w, ast.Name)}
            names |= {w.attr for w in words if isinstance(w, ast.Attribute)}
            if names & {LOCAL, CLOUD, "LOCAL", "CLOUD"}:
                lines.append(node.lineno)
    return lines


def _imports(tree: ast.AST) -> set[str]:
    """Return the modules that are imported anywhere in a module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


def test_launchers__are_known_by_their_records_alone():
    own = {"base", "registry", "background", "machine_needs", "shared_jobs"}
    begin = "genie3_engine.launchers."
    for file in _others():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert _compared_names(tree) == [], file
        imported = {name.removeprefix(begin) for name in _imports(tree) if name.startswith(begin)}
        assert {name.partition(".")[0] for name in imported} <= own, file
