from __future__ import annotations

import json
import shlex

import pytest

from genie3_engine.cli import main


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
