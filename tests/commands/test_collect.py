from __future__ import annotations

import json

from genie3_engine.cli import main


def test_collect__of_a_local_run_has_everything_here(run, capsys):
    assert main(["collect", str(run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["state"], found["targets_here"], found["targets_total"]) == ("done", 12, 12)
    assert (found["partial_links"], found["billing"]) == (None, None)
