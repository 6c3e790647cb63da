"""Tests of the commands for cloud runs."""

from __future__ import annotations

import json
import re
import shlex
import time

import pytest

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.commands.parser import build_parser
from tests.conftest import ROOT

pytestmark = pytest.mark.slow(2, waits=True)

DOCUMENT = ROOT / "docs/sagemaker.md"


def test_document__shows_commands_that_exist():
    text = DOCUMENT.read_text(encoding="utf-8")
    commands = re.findall(r"^genie3 (.*?)(?: > .*)?$", text, re.M)
    assert len(commands) > 10
    for command in commands:
        build_parser().parse_args(shlex.split(command))


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("90m", 5400), ("2h", 7200), ("1D", 86400)]
)
def test_options__read_times(text, seconds):
    args = build_parser().parse_args(["cloud", "check", "--max-run", text])
    assert args.max_run_seconds == seconds


def test_commands__lead_from_a_file_to_a_network_and_clean_up(home, tmp_path, emulator, capsys):
    def said(command):
        code = main(shlex.split(command))
        return code, capsys.readouterr().out

    def told(command):
        code, text = said(f"{command} --json")
        return code, json.loads(text.splitlines()[-1])

    run, data = tmp_path / "run", tmp_path / "data"
    assert said(f"simulate --genes 8 --samples 20 --out {data}")[0] == 0
    assert said(f"cloud save --endpoint-url {emulator.url} --instance-type ml.m5.xlarge")[0] == 0
    code, found = told("cloud check")
    assert (code, {check["state"] for check in found["checks"]}) == (0, {"ok"})
    code, text = said("cloud policy trust")
    assert "sagemaker.amazonaws.com" in text

    submit = f"submit {data}/expression.tsv --out {run} --trees 5 --instances 2 --spot"
    code, plan = told(f"{submit} --dry-run")
    assert (code, run.exists(), plan["is_emulator"]) == (0, False, True)
    assert plan["request"]["ResourceConfig"]["InstanceCount"] == 2
    assert plan["usd_an_hour"] == pytest.approx(0.46)
    assert plan["forecast"]["fits"]
    assert {upload["what"] for upload in plan["uploads"]} >= {"the program", "the expression"}

    assert said("cloud save --instances 4 --spot --max-wait 2d")[0] == 0
    code, plan = told(f"{submit} --instances 1 --no-spot --dry-run")  # given: it holds
    assert plan["request"]["ResourceConfig"]["InstanceCount"] == 1
    assert not plan["request"]["EnableManagedSpotTraining"]
    code, begun = told(submit)
    assert (code, begun["job"]) == (0, runs.launcher_of(run).view(run).job)
    code, log = said(f"logs {run} --follow --host algo-2")
    assert "algo-2: shard 2 of 2" in log
    assert "[algo-1]" not in log
    code, collected = told(f"collect {run}")
    assert (code, collected["state"], collected["targets_here"]) == (0, "done", 8)
    code, status = told(f"status {run}")
    assert (status["state"], status["cloud"]["secondary"]) == ("done", "Completed")
    assert [host["targets_done"] for host in status["cloud"]["hosts"]] == [4, 4]
    assert status["cloud"]["billing"]["dollars"] > 0
    code, text = said(f"status {run}")
    assert "nothing to pay" in text
    assert said(f"cancel {run}") == (0, f"The run in {run} has ended already.\n")
    assert said(f"resume {run}")[0] == 2
    code, text = said(f"cleanup {run} --shared")
    assert (code, "2 logs" in text) == (0, True)
    assert said(f"links {run} --top 1")[0] == 0


def test_status__of_a_job_that_is_done_waits_for_its_result(home, tmp_path, emulator, capsys):
    run, data = tmp_path / "run", tmp_path / "data"
    assert main(shlex.split(f"simulate --genes 4 --samples 10 --out {data}")) == 0
    where = f"--endpoint-url {emulator.url} --instance-type ml.m5.xlarge"
    assert main(shlex.split(f"submit {data}/expression.tsv --out {run} --trees 1 {where}")) == 0
    said = {"state": "queued"}
    while said["state"] in {"queued", "running"}:
        capsys.readouterr()
        assert main(["status", str(run), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["step"] != "collecting"
    assert said["state"] == "done"
    assert (run / "links.parquet").is_file()


def test_main__leaves_no_result_half_way(monkeypatch, tmp_path):
    from genie3_engine.launchers import background

    arrived = []

    def begin(args):
        background.begin(tmp_path, lambda: (time.sleep(0.2), arrived.append(True)))
        return 0

    monkeypatch.setattr("genie3_engine.commands.cancel.cancel", begin)
    assert main(["cancel", str(tmp_path)]) == 0
    assert arrived == [True]
