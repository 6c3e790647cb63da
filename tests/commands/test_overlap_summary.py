from __future__ import annotations

from genie3_engine.commands import overlap_summary


def test_summary__of_a_run_with_itself_is_complete_agreement(run, capsys):
    facts = overlap_summary.summarise(run, run)
    assert facts["n_common"] == facts["n_first"] > 10
    assert facts["spearman_common"] == facts["spearman_all"] == 1.0
    assert {row["overlap"] for row in facts["overlap"]} == {1.0}
    overlap_summary.print_summary(facts | {"n_left_out_first": 2})
    assert "2 links of genes that the other did not consider" in capsys.readouterr().out
