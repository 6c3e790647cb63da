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


def test_evaluate__prints_the_table_alone_when_the_output_is_a_dash(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    links, gold = tmp_path / "links.csv", tmp_path / "gold.csv"
    links.write_text("regulator,target,score\nA,C,3\nA,D,2\nB,C,1\n")
    gold.write_text("regulator,target\nA,C\nB,D\n")
    code, out, _ = call("evaluate", links, gold, "-o", "-")
    assert code == 0
    header, row = out.splitlines()
    assert len(header.split("\t")) == len(row.split("\t")) > 5
    assert {path.name for path in tmp_path.iterdir()} == {"links.csv", "gold.csv"}


@pytest.mark.parametrize("text", ["regulator", "regulator=", "x,target=B", "score=B"])
def test_evaluate__refuses_roles_of_another_form(call, tmp_path, text):
    links, gold = tmp_path / "links.csv", tmp_path / "gold.csv"
    links.write_text("A,B,1\nA,C,0.5\n")
    gold.write_text("A,B\nB,C\n")
    result = call("evaluate", links, gold, "--gold-columns", text)
    assert_one_line_error(result, "gold")


@pytest.fixture
def gold(tmp_path):
    """Links into each of the small file's genes."""
    genes = [f"gene{letter}" for letter in "ABCDEFGHIJKL"]
    path = tmp_path / "gold.tsv"
    path.write_text("".join(f"{genes[i - 1]}\t{gene}\n" for i, gene in enumerate(genes)))
    return path


def test_evaluate__several_runs_in_one_table(call, run, gold, tmp_path):
    other = tmp_path / "strongest"
    call("links", run, "--top", 40, "-o", other)
    code, out, _ = call("evaluate", run, other, "--gold", gold, "--sort", "name")
    lines = out.splitlines()
    assert code == 0
    assert "Early precision" in lines[0]
    assert lines[1].startswith("run        Random Forest ")
    assert lines[2].startswith("strongest  another tool ")
    assert any("trees per target: 3; random seed: 1" in line for line in lines)
    assert "Difference: the measure of run minus that of the other list" in lines
    assert any("strongest lacks" in line for line in lines)


def test_evaluate__several_runs_as_json_and_as_a_table(call, run, gold, tmp_path):
    other, table = tmp_path / "strongest", tmp_path / "table.tsv"
    call("links", run, "--top", 40, "-o", other)
    code, out, _ = call("evaluate", other, run, gold, "--json", "-o", table)
    found = object_in(out)
    assert code == 0
    assert {each["name"] for each in found["lists"]} == {"run", "strongest"}
    assert len(found["differences"]) == 3
    alone = object_in(call("evaluate", run, gold, "--json")[1])
    [same] = [each for each in found["lists"] if each["name"] == "run"]
    assert {**same, "cautions": alone["cautions"]} == alone
    assert len(table.read_text().splitlines()) == 3


def test_evaluate__asks_for_a_gold_standard(call, tmp_path):
    result = call("evaluate", tmp_path)
    assert_one_line_error(result, "--gold")
