from __future__ import annotations

from tests.commands.command_line import assert_one_line_error, object_in


def test_simulate__what_cannot_be(call, tmp_path):
    argv = ["simulate", "--genes", 10, "--samples", 5]
    assert_one_line_error(call(*argv, "--seed", -1, "--out", tmp_path), "seed is -1")
    (tmp_path / "file").touch()
    for out in ("file", "file/sim"):
        result = call(*argv, "--out", tmp_path / out)
        assert_one_line_error(result, "is a file, not a folder", "--out")


def test_simulate__infer__evaluate(call, tmp_path):
    out = tmp_path / "sim"
    argv = ["simulate", "--genes", 30, "--samples", 60, "--out", out, "--seed", 4]
    code, text, _ = call(*argv, "--json")
    assert code == 0
    assert object_in(text)["n_genes"] == 30
    assert {p.name for p in out.iterdir()} == {"expression.tsv", "gold.tsv", "regulators.txt"}
    run = tmp_path / "run"
    names = ["--regulators", out / "regulators.txt"]
    code, _, err = call("infer", out / "expression.tsv", "--out", run, "--trees", 50, *names)
    assert code == 0, err
    code, text, _ = call("evaluate", run, out / "gold.tsv", "--json")
    found = object_in(text)
    assert code == 0
    assert {"auroc", "aupr", "early_precision", "n_links", "n_positives"} <= set(found)
    assert found["auroc"] > 0.6
    code, text, _ = call("evaluate", run / "links.parquet", out / "gold.tsv")
    assert "AUROC" in text
    assert "Universe" in text
