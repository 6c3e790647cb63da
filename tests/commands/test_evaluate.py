from __future__ import annotations

import pytest

from tests.commands.command_line import assert_one_line_error, object_in


def test_evaluate__names_missing_files(call, tmp_path):
    result = call("evaluate", tmp_path / "absent", tmp_path / "gold")
    assert_one_line_error(result, "absent")


def test_evaluate__published_list(call, shared_data):
    code, out, _ = call(
        "evaluate",
        shared_data / "dream5_reference" / "DREAM5_NetworkInference_Other1_Network3.txt.gz",
        shared_data / "dream5" / "DREAM5_NetworkInference_GoldStandard_Network3.tsv.gz",
        "--json",
    )
    found = object_in(out)
    assert code == 0
    assert found["aupr"] == pytest.approx(0.0930, abs=2e-4)
    assert found["auroc"] == pytest.approx(0.6170, abs=2e-4)


def test_evaluate__says_what_was_taken_for_what(call, tmp_path):
    links, gold = tmp_path / "links.csv", tmp_path / "gold.csv"
    links.write_text("gene,tf,s\nC,A,3\nD,A,2\nB,A,1\nA,B,0.5\nC,B,0.4\n")
    gold.write_text("id,x,y,whatever\n1,A,C,1\n2,A,D,0\n3,B,C,1\n")
    code, out, err = call("evaluate", links, gold)
    assert code == 0
    assert "column 'tf' is the regulator" in err
    assert "AUROC" in out
    code, out, err = call("evaluate", links, gold, "--json")
    found = object_in(out)
    assert {decision["subject"] for decision in found["decisions"]} >= {"roles", "score", "label"}
    warned = [each for each in found["findings"] if each["severity"] == "warning"]
    assert any("--gold-columns" in each["sentence"] for each in warned)
    assert err.count("warning") == len(warned)
    told = ["--gold-columns", "regulator=x,target=y", "--gold-columns", "label=none"]
    code, out, err = call("evaluate", links, gold, "--json", *told, "--links-columns", "score=3")
    found = object_in(out)
    assert code == 0
    assert found["n_positives"] == 3
    assert not [each for each in found["findings"] if each["severity"] == "warning"]


@pytest.mark.parametrize("text", ["regulator", "regulator=", "x,target=B", "score=B"])
def test_evaluate__refuses_roles_of_another_form(call, tmp_path, text):
    links, gold = tmp_path / "links.csv", tmp_path / "gold.csv"
    links.write_text("A,B,1\nA,C,0.5\n")
    gold.write_text("A,B\nB,C\n")
    result = call("evaluate", links, gold, "--gold-columns", text)
    assert_one_line_error(result, "gold")
