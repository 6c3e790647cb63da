from __future__ import annotations

import json

import pytest

from genie3_engine.cli import main

TINY = ["--genes", "12", "--samples", "8", "--targets", "2", "--trees", "2"]


def run(capsys, *arguments):
    code = main(["experiment", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.slow(5)
def test_experiment__prints_every_row_as_json_and_is_done_once(home, tmp_path, capsys):
    command = [*TINY, "--threads", "1,2", "--engines", "compiled", "--out", str(tmp_path / "e")]
    code, out, err = run(capsys, *command, "--json")
    found = json.loads(out)
    assert code == 0
    assert [(row["threads"], row["targets"]) for row in found["rows"]] == [(1, 2), (2, 2)]
    assert all(
        row["total_seconds"] > row["elapsed_seconds"] > 0 and row["speedup"] > 0
        for row in found["rows"]
    )
    assert found["machine"]["usable_cores"] >= 1
    assert "2/2 compiled" in err
    code, out, err = run(capsys, *command, "--resume")
    assert code == 0
    assert "nothing was measured" in err
    assert "speed-up" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "No configurations are given"),
        (["--preset", "engines", "--threads", "1"], "--threads does not go with --preset"),
        (["--preset", "engines", "--targets", "1,2"], "--targets is one number"),
        (["--preset", "engines", "--genes", "5"], "asks for 10 targets"),
        (["--preset", "engines", "--resume"], "--resume needs a folder"),
        (["--preset", "engines", "--repeats", "0"], "repeats is 0"),
        (["nowhere.tsv", "--preset", "engines"], "nowhere.tsv"),
        (["x.tsv", "--preset", "engines", "--genes", "5"], "for a simulated matrix"),
        (["--preset", "engines", "--regulators", "x"], "--regulators needs an expression file"),
        (["--preset", "none"], "invalid choice"),
        (["--threads", "0"], "a number below 1"),
        (["--threads", "a"], "not a comma-separated list"),
        (["--engines", "fast"], "'fast' is not one of"),
    ],
)
def test_experiment__refuses_wrong_options_in_one_line(home, capsys, arguments, message):
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
