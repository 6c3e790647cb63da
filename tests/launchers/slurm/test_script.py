from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from genie3_engine.errors import RunError
from genie3_engine.launchers.slurm import script
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.record import Submission
from tests.conftest import ROOT

RUN = Path("/data/a run; rm -rf '$HOME' %a")
HOME = Path("/data/$(home)")
SUBMISSION = Submission("12", "13", 6, 0.0, "genie3-abc-1")


@pytest.mark.parametrize("make", [script.array_script, script.merge_script])
def test_scripts__are_shell_by_their_setup_lines_alone(tmp_path, make):
    options = SlurmOptions(setup=("module load python", "echo $USER; true"))
    arguments = (RUN, options) if make is script.merge_script else (RUN, options, 6)
    text = make(*arguments, home=HOME)
    lines = text.splitlines()
    assert lines[:2] == ["#!/bin/bash -l", "set -e"]
    assert lines[4:6] == ["module load python", "echo $USER; true"]
    # what a shell makes of the other lines is what was meant, word by word
    echo = text.replace(f"exec {sys.executable}", "printf '%s\\n' \"$GENIE3_HOME\"")
    echo = echo.replace("module load python\n", "")
    printed = subprocess.run(["bash"], input=echo, capture_output=True, text=True, check=True)
    words = printed.stdout.splitlines()
    assert str(HOME) in words
    assert str(RUN) in words


def test_scripts__keep_where_setup_lines_have_python_look_and_no_token(tmp_path, monkeypatch):
    monkeypatch.setenv("SLURM_JWT", "token")
    options = SlurmOptions(setup=("export PYTHONPATH='/of a module'",))
    text = script.merge_script(RUN, options, home=tmp_path)
    show = text.replace(f"exec {sys.executable}", 'echo "$PYTHONPATH|$SLURM_JWT|"')
    printed = subprocess.run(["bash"], input=show, capture_output=True, text=True, check=True)
    path, token, _ = printed.stdout.split("|", 2)
    assert path.endswith(":/of a module")
    assert path.startswith(f"{ROOT}:")
    assert token == ""


def test_scripts__survive_a_warning_before_the_program_listens(tmp_path):
    text = script.array_script(RUN, SlurmOptions(setup=("kill -USR1 $$",)), 6, home=tmp_path)
    show = text.replace(f"exec {sys.executable}", "echo begun")
    printed = subprocess.run(["bash"], input=show, capture_output=True, text=True)
    assert (printed.returncode, printed.stdout[:5]) == (0, "begun")


def test_scripts__end_when_a_setup_line_fails(tmp_path):
    text = script.merge_script(RUN, SlurmOptions(setup=("false",)), home=tmp_path)
    done = subprocess.run(["bash"], input=text, capture_output=True, text=True)
    assert done.returncode == 1


def test_array_command__has_the_options_of_the_run():
    options = SlurmOptions(
        at_once=3,
        cpus=2,
        memory="4G",
        time=7200,
        partition="short",
        account="lab",
        qos="high",
        constraint="avx2&ib",
        sbatch=("--exclusive",),
    )
    command = script.array_command(RUN, options, SUBMISSION)
    assert command[0] == "sbatch"
    assert {
        "--array=0-5%3",
        "--cpus-per-task=2",
        "--mem=4G",
        "--time=2:00:00",
        "--partition=short",
        "--account=lab",
        "--qos=high",
        "--constraint=avx2&ib",
        "--signal=B:USR1@120",
        "--job-name=genie3-abc-1",
        f"--chdir={RUN}",
    } <= set(command)
    assert command[-1] == "--exclusive"


def test_commands__name_their_output_in_a_folder_whose_name_sbatch_leaves_alone():
    run = Path("/data/100%j of %A")
    for command, name in (
        (script.array_command(run, SlurmOptions(), SUBMISSION), "slurm-%A_%a.txt"),
        (script.merge_command(run, SlurmOptions(), SUBMISSION), "slurm-%j.txt"),
    ):
        assert f"--output=/data/100%%j of %%A/tasks/{name}" in command


def test_require_writable_name__refuses_a_backslash():
    script.require_writable_name(RUN)
    with pytest.raises(RunError, match="backslash"):
        script.require_writable_name(Path("/data/back\\slash/run"))


@pytest.mark.parametrize("answer", ["slurm-wlm 22.05.8\n", "", "12a"])
def test_job_number__is_required_of_an_answer(answer):
    with pytest.raises(SlurmError) as refused:
        script.job_number(answer)
    assert refused.value.is_unanswered


def test_commands__export_a_list_of_names_only():
    for command in (
        script.array_command(RUN, SlurmOptions(), SUBMISSION),
        script.merge_command(RUN, SlurmOptions(), SUBMISSION),
    ):
        [exported] = [word for word in command if word.startswith("--export")]
        names = exported.removeprefix("--export=").split(",")
        assert "PATH" in names
        assert all(re.fullmatch(r"[A-Z_]+", name) for name in names)
        assert not {"ALL", "NIL", "AWS_SECRET_ACCESS_KEY"} & set(names)


def test_merge_command__waits_for_the_tasks_and_takes_one_core():
    command = script.merge_command(RUN, SlurmOptions(cpus=8), SUBMISSION)
    assert {
        "--dependency=afterok:12",
        "--kill-on-invalid-dep=yes",
        "--cpus-per-task=1",
        "--job-name=genie3-abc-1-merge",
    } <= set(command)


@pytest.mark.parametrize(("time", "seconds"), [(None, 120), (7200, 120), (60, 15)])
def test_warning_seconds__is_a_share_of_a_short_time_limit(time, seconds):
    assert script.warning_seconds(SlurmOptions(time=time)) == seconds
