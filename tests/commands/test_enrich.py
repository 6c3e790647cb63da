from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.commands.command_line import assert_one_line_error

GENES = [f"gene{letter}" for letter in "ABCDEFGHIJKL"]


@pytest.fixture
def sets(tmp_path):
    path = tmp_path / "sets.gmt"
    lines = [("planted", "the first six", *GENES[:6]), ("other", "", *GENES[6:])]
    path.write_text("".join("\t".join(line) + "\n" for line in lines))
    return path


@pytest.fixture
def few(tmp_path):
    path = tmp_path / "few.txt"
    path.write_text("\n".join([*GENES[:5], "GENEF"]) + "\n")
    return path


def test_enrich__chosen_genes_have_the_planted_set_first(call, run, sets, few, tmp_path):
    code, out, err = call("enrich", run, "--sets", sets, "--genes", few)
    assert code == 0
    header, first = (line.split("\t") for line in out.splitlines())
    row = dict(zip(header, first, strict=True))
    assert (row["group"], row["set"], row["n_hits"]) == ("few.txt", "planted", "6")
    assert float(row["p"]) == pytest.approx(1 / 924, rel=1e-4)
    assert "12 of its 12 genes are in at least one set" in err
    assert "Universe: the 12 genes" in err
    path = tmp_path / "out.csv"
    assert call("enrich", run, "--sets", sets, "--genes", few, "-o", path)[1] == ""
    assert pd.read_csv(path)["set"].tolist() == ["planted"]
    code, out, err = call("enrich", run, "--sets", sets, "--genes", few, "--q", "1e-9")
    assert (code, out.count("\n")) == (0, 1)
    assert "No set is enriched." in err


def test_enrich__genes_may_be_chosen_by_symbol(call, run, sets, few, tmp_path):
    table = tmp_path / "symbols.tsv"
    table.write_text("id\tsymbol\n" + "".join(f"{gene}\tsym{gene[-1]}x\n" for gene in GENES))
    assert call("genes", run, "--gene-table", table)[0] == 0
    few.write_text("symAx\nSYMBx\nsymCx\nunknown\n")
    code, out, err = call("enrich", run, "--sets", sets, "--genes", few, "--q", "1")
    assert (code, out.splitlines()[1].split("\t")[3]) == (0, "3")
    assert "None of" not in err


@pytest.mark.parametrize("of", ["modules", "targets"])
def test_enrich__groups_of_the_strongest_links(call, run, sets, of):
    words = ("enrich", run, "--sets", sets, "--of", of, "--threshold", "60", "--q", "1", "--json")
    code, out, _ = call(*words)
    facts = json.loads(out)
    assert code == 0
    assert facts["n_tests"] == 2 * len(facts["groups"]) > 0
    assert {row["group"] for row in facts["enriched"]} <= set(facts["groups"])
    assert all(group.startswith("Module ") == (of == "modules") for group in facts["groups"])


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--q", "0"), "largest q"),
        (("--min-size", "0"), "cannot be tested"),
        (("--set-columns", "colour=1"), "colour"),
        (("-o", "/nowhere/x.tsv"), "no such folder"),
    ],
)
def test_enrich__wrong_options(call, tmp_path, sets, options, word):
    assert_one_line_error(call("enrich", tmp_path, "--sets", sets, *options), word)


def test_enrich__what_cannot_be(call, run, sets):
    assert_one_line_error(call("enrich", run), "--sets")
    assert_one_line_error(call("enrich", run, "--sets", "/nowhere.gmt"), "no file")
    words = ("enrich", run, "--sets", sets, "--threshold", "x")
    assert_one_line_error(call(*words), "threshold")
