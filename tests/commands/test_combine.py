"""Tests of the command that combines lists."""

from tests.commands.command_line import QUICK, assert_one_line_error, object_in


def test_combine__makes_a_run_of_runs_and_lists(call, data, tmp_path):
    call("infer", data, "--out", tmp_path / "a", *QUICK)
    call("infer", data, "--out", tmp_path / "b", "--method", "precision")
    call("links", tmp_path / "b", "-o", tmp_path / "b.tsv")
    command = ("combine", tmp_path / "a", tmp_path / "b.tsv", "--out", tmp_path / "c", "--json")
    code, out, _ = call(*command)
    assert code == 0
    facts = object_in(out)
    assert facts["method"] == "combined"
    assert facts["how"] == "irp"
    assert facts["n_links"] > 0
    assert {decision["subject"] for decision in facts["decisions"]} >= {"roles", "score"}
    assert "already" in call(*command, "--resume")[2]


def test_combine__refuses_a_single_list(call, data, tmp_path):
    call("infer", data, "--out", tmp_path / "a", *QUICK)
    assert_one_line_error(call("combine", tmp_path / "a", "--out", tmp_path / "c"), "1 list")
