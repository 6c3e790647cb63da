from __future__ import annotations

import json
import shlex
from dataclasses import replace
from types import SimpleNamespace

import pytest

from genie3_engine import planning, runs
from genie3_engine.cli import main
from genie3_engine.launchers.base import Figure, LaunchPlan
from tests.planning.pilots import pilot


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("--launcher local --instances 3", "--instances is an option of SageMaker"),
        ("--instance-type ml.c5.xlarge --max-run soon", "--max-run"),
        ("--instance-type ml.c5.xlarge --tag nothing", "--tag"),
        ("--instance-type nonsense", "--instance-type"),
        ("--instance-type ml.c5.xlarge --max-wait 1h", "--spot"),
    ],
)
def test_submit__refuses_wrong_options_in_one_line(home, tmp_path, capsys, options, named):
    file = tmp_path / "x.tsv"
    file.write_text("g\ts1\ts2\na\t1\t2\nb\t2\t1\nc\t3\t1\n")
    assert main(shlex.split(f"submit {file} --out {tmp_path}/run {options}")) == 2
    said = capsys.readouterr().err
    assert named in said
    assert len([line for line in said.splitlines() if "error" in line]) == 1
    assert not (tmp_path / "run").exists()


def test_submit__dry_run_prints_scripts_figures_and_problems(home, tmp_path, capsys, monkeypatch):
    assert main(shlex.split(f"simulate --genes 5 --samples 10 --out {tmp_path}/data")) == 0
    plan = LaunchPlan(
        options={},
        request={"tasks": 1},
        scripts=(("sbatch --array=0-3", "#!/bin/bash\n"),),
        figures=(Figure("Core-hours", "1.5"),),
        problems=("There is no partition 'x'.",),
    )
    launcher = SimpleNamespace(estimate_cost=lambda spec: plan)
    info = replace(runs.LAUNCHERS[runs.CLUSTER], create=lambda home: launcher)
    monkeypatch.setattr(planning, "find", lambda spec: pilot())
    submit = f"submit {tmp_path}/data/expression.tsv --out {tmp_path}/run --launcher cluster"
    with runs.LAUNCHERS.registered("cluster", info):
        assert main([*shlex.split(submit), "--dry-run"]) == 2
        said = capsys.readouterr().out
        assert main([*shlex.split(submit), "--dry-run", "--json"]) == 2
    assert "$ sbatch --array=0-3\n#!/bin/bash\n" in said
    assert "core-hours  1.5" in said
    assert "Problem: There is no partition 'x'." in said
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert facts["figures"] == {"Core-hours": "1.5"}
    assert facts["problems"] == ["There is no partition 'x'."]


@pytest.mark.slow(4)
def test_submit__runs_in_the_background_of_this_machine(home, tmp_path, capsys):
    assert main(shlex.split(f"simulate --genes 5 --samples 10 --out {tmp_path}/data")) == 0
    run = tmp_path / "run"
    submit = f"submit {tmp_path}/data/expression.tsv --out {run} --trees 2 --launcher local"
    assert main(shlex.split(submit)) == 0
    assert main(["logs", str(run), "--follow"]) == 0
    capsys.readouterr()
    assert main(["status", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "done"
    assert main(["collect", str(run)]) == 0
