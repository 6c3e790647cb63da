from __future__ import annotations

import json

import pytest

from genie3_engine import cli
from genie3_engine.data.quality import FIXES
from genie3_engine.data.regulator_lists import E_COLI
from tests.commands.command_line import object_in
from tests.data.io.samples import WRITERS

CSV = "sample,A,A,B,C,D\n" + "".join(
    f"s{j},{j * 9 % 7 + 60},{j % 5},{j * j % 11},7,{'' if j == 3 else j}\n" for j in range(24)
)


@pytest.fixture
def call(capsys, home):
    def run(*argv):
        code = cli.main([str(arg) for arg in argv])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def odd(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(CSV)
    return path


def test_doctor__explains_what_would_be_refused(call, odd):
    code, out, err = call("doctor", odd)
    assert (code, err) == (0, "")
    assert "2 problems" in out
    assert "--fix average-duplicates" in out


def test_doctor__json_has_facts_and_findings(call, odd):
    found = json.loads(call("doctor", odd, "--json")[1])
    assert found["ready"] is False
    assert {"missing-values", "duplicate-genes"} <= {each["code"] for each in found["findings"]}
    assert set(found["findings"][0]) == {"code", "severity", "sentence", "why", "fixes"}
    assert found["facts"]["Shape"] == "5 genes x 24 samples"


def test_doctor__applies_fixes_in_their_order(call, odd):
    fixes = ("--fix", "fill-missing", "--fix", "average-duplicates", "--fix", "drop-constants")
    found = json.loads(call("doctor", odd, *fixes, "--json")[1])
    assert found["ready"] is True
    assert [step["fix"] for step in found["recipe"]] == list(fixes[1::2])
    assert (found["n_genes"], found["n_samples"]) == (3, 24)
    assert "  2. average-duplicates: rows of one gene name" in call("doctor", odd, *fixes)[1]


def test_doctor__says_which_sheet_it_read(call, tmp_path):
    path = tmp_path / "book.xlsx"
    WRITERS["xlsx"][1](path)
    facts = json.loads(call("doctor", path, "--json")[1])["facts"]
    assert facts["Read as"] == "Excel workbook, sheet 'expression' of 3"


def test_doctor__refuses_a_share_that_is_none(call, odd):
    code, out, err = call("doctor", odd, "--fix", "keep-expressed=101")
    assert (code, out) == (2, "")
    assert "from 1 to 100" in err


def test_doctor__refuses_an_unknown_fix(call, odd):
    code, out, err = call("doctor", odd, "--fix", "wash")
    assert (code, out) == (2, "")
    assert "no fix 'wash'" in err


def test_doctor__help_lists_every_fix(call):
    out = call("doctor", "--help")[1]
    assert not [kind.form for kind in FIXES.values() if kind.form not in out]


def test_infer__restricts_targets_and_remembers_the_recipe(call, odd, tmp_path):
    run = tmp_path / "run"
    recipe = ["fill-missing", "average-duplicates", "restrict-targets=2"]
    fixes = [part for fix in recipe for part in ("--fix", fix)]
    code, _, err = call("infer", odd, "--out", run, *fixes, "--trees", "2")
    assert code == 0, err
    spec = json.loads((run / "spec.json").read_text())
    assert spec["recipe"] == recipe
    assert len(spec["targets"]) == 2
    assert "genie3: average-duplicates: rows of one gene name were averaged" in err


def test_infer__refuses_an_unknown_fix_before_it_reads(call, tmp_path):
    code, _, err = call("infer", tmp_path / "absent", "--out", tmp_path / "run", "--fix", "wash")
    assert code == 2
    assert "no fix 'wash'" in err


def test_doctor__says_how_the_file_is_read(call, data, tmp_path):
    (tmp_path / "tfs").write_text("geneA\ngeneD\nunheard\n")
    code, out, _ = call("doctor", data, "--regulators", tmp_path / "tfs")
    assert code == 0
    assert "genes-in-rows" in out
    assert "2 of 3 listed" in out
    code, out, _ = call("doctor", data, "--json", "--regulators", tmp_path / "tfs")
    found = object_in(out)
    assert (found["n_genes"], found["n_samples"]) == (12, 20)
    assert found["orientation"] == "genes-in-rows"
    assert found["regulators"] == {
        "column": "whole line",
        "n_listed": 3,
        "n_found": 2,
        "missing": ["unheard"],
    }


def test_doctor__proposes_the_list_that_ships_for_the_genes(call, tmp_path):
    path = tmp_path / "coli.csv"
    genes = [*E_COLI.columns["b_number"][:8], *(f"b{i}" for i in range(9000, 9092))]
    rows = (
        ",".join(map(str, [gene, *(i * j % 7 for j in range(24))])) for i, gene in enumerate(genes)
    )
    path.write_text("\n".join([",".join(["gene", *(f"s{j}" for j in range(24))]), *rows]))
    assert "\n  --regulators e-coli\n" in call("doctor", path)[1]
    proposed = json.loads(call("doctor", path, "--json")[1])["proposed_regulators"]
    assert proposed == {"list": "e-coli", "n_listed": 293, "n_found": 8}
    asked = json.loads(call("doctor", path, "--regulators", "e-coli", "--json")[1])["regulators"]
    assert (asked["column"], asked["n_found"], asked["n_listed"]) == ("b_number", 8, 293)
