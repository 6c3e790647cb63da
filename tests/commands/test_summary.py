from __future__ import annotations

import json

from genie3_engine.commands.summary import keep_rule, print_summary, summarise
from genie3_engine.store.run_folder import RunFolder


def test_summarise__is_json_with_the_strongest_links_first(run):
    found = summarise(RunFolder.open(run), seconds=1.23456)
    assert json.loads(json.dumps(found)) == found
    assert (found["n_targets"], found["method"], found["keep"]) == (12, "RF", "all")
    assert found["seconds"] == 1.235
    importance = [link["importance"] for link in found["top_links"]]
    assert importance == sorted(importance, reverse=True)


def test_print_summary__shows_links_and_r2(run, capsys):
    print_summary(summarise(RunFolder.open(run), seconds=61))
    out = capsys.readouterr().out
    assert "into 12 targets in 1:01" in out
    assert "Median out-of-bag" in out


def test_keep_rule__names_the_option():
    assert keep_rule("all").startswith("all (--keep")
    assert keep_rule(1500).startswith("the 1,500 strongest per target")
