from __future__ import annotations

import gzip
import json

import pytest

from genie3_engine.commands.regulons_parser import REGULON_FORMATS
from tests.commands.command_line import assert_one_line_error

FEW = ("--min-genes", "2", "--rule", "targets=3")


def test_regulons__gmt_by_default(call, run):
    code, out, err = call("regulons", run, *FEW)
    assert (code, err) == (0, "")
    for line in out.splitlines():
        name, about, *genes = line.split("\t")
        assert name == f"{genes[0]}(+)"
        assert "rule=targets=3" in about
        assert 2 <= len(genes) <= 4


def test_regulons__json_says_what_was_made(call, run, tmp_path):
    code, out, _ = call("regulons", run, *FEW, "--sign", "both", "--json")
    facts = json.loads(out)
    assert code == 0
    assert (facts["rules"], facts["sign"], facts["min_genes"]) == (["targets=3"], "both", 2)
    assert facts["n_regulons"] == len(facts["regulons"]) > 0
    assert {each["sign"] for each in facts["regulons"]} == {"activating", "repressing"}


@pytest.mark.parametrize("name", REGULON_FORMATS)
def test_regulons__file_s_ending_tells_the_format(call, run, tmp_path, name):
    path = tmp_path / f"x.{ {'pyscenic': 'csv'}.get(name, name) }"
    assert call("regulons", run, *FEW, "-o", path) == (0, "", "")
    assert path.read_text() == call("regulons", run, *FEW, "--format", name)[1]
    call("regulons", run, *FEW, "-o", f"{path}.gz")
    assert gzip.decompress((tmp_path / f"{path.name}.gz").read_bytes()) == path.read_bytes()


def test_regulons__none_says_what_to_try(call, run):
    code, out, err = call("regulons", run)
    assert (code, out) == (0, "")
    assert "--min-genes" in err


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--rule", "hubs"), "hubs"),
        (("--rule", "targets=0"), "whole number"),
        (("--min-genes", "0"), "whole number"),
        (("--sign", "up"), "--sign"),
        (("-o", "/nowhere/x.gmt"), "no such folder"),
    ],
)
def test_regulons__wrong_options(call, run, options, word):
    assert_one_line_error(call("regulons", run, *options), word)


def test_regulons__no_run(call, tmp_path):
    assert_one_line_error(call("regulons", tmp_path / "nothing"), "nothing")
