from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.launchers.base import Check


@pytest.fixture
def asked(monkeypatch):
    """Return the options that are checked, on a cluster without a partition."""
    options = []

    def checks(given):
        options.append(given)
        yield Check("programs", "ok", "slurm 22.05.")
        yield Check("partition", "missing", "There is no partition 'x'.", "Choose another.")

    place = SimpleNamespace(checks=checks)
    granted = {"create": lambda _: place, "refuse": lambda options: None}
    info = replace(runs.LAUNCHERS[runs.CLUSTER], **granted)
    monkeypatch.setitem(runs.LAUNCHERS._records, runs.CLUSTER, info)
    return options


def test_cluster__check_says_what_is_missing(call, asked):
    code, out, _ = call("cluster", "check", "--partition", "x")
    assert code == 2
    assert out.splitlines() == [
        "programs    ok       slurm 22.05.",
        "partition   missing  There is no partition 'x'. Choose another.",
    ]
    assert asked[0]["partition"] == "x"
    code, out, _ = call("cluster", "check", "--json")
    assert [each["state"] for each in json.loads(out)["checks"]] == ["ok", "missing"]


def test_cluster__save_keeps_what_was_given(call, asked, home):
    lines = ["module load python", "source ~/venv/bin/activate"]
    words = [word for line in lines for word in ("--setup", line)]
    code, out, _ = call("cluster", "save", "--partition", "long", "--time", "2:00:00", *words)
    assert code == 0
    assert "slurm.json" in out
    assert runs.saved_options(runs.CLUSTER) == {"partition": "long", "time": 7200, "setup": lines}
    call("cluster", "check")
    assert asked[0]["setup"] == lines


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["dance"], "dance"),
        (["save", "--memory", "much"], "--memory"),
        (["save", "--sbatch=--array=1"], "--array"),
        (["check", "--spot"], "--spot"),
    ],
)
def test_cluster__refuses_what_it_does_not_know(words, named, home, capsys):
    assert main(["cluster", *words]) == 2
    assert named in capsys.readouterr().err
