from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from genie3_engine.datasets.store import open_dataset
from genie3_engine.regulons.activity import Activity
from genie3_engine.regulons.rules import Rule
from genie3_engine.regulons.selection import RegulonOptions, dataset_of, regulons_of
from tests.commands.command_line import assert_one_line_error

FEW = ("--min-genes", "2", "--rule", "targets=3", "--top-share", "0.5")


def test_activity__a_line_per_sample(call, run):
    code, out, err = call("activity", run, *FEW, "--seed", "4")
    assert (code, err) == (0, "")
    table = pd.read_csv(io.StringIO(out), sep="\t", index_col="sample")
    expression = open_dataset(dataset_of(run))
    regulons = regulons_of(run, RegulonOptions((Rule("targets", 3),), min_genes=2))
    expected = Activity(expression, regulons, top_share=0.5, seed=4)
    assert tuple(table.index) == expected.samples
    assert tuple(table.columns) == expected.names
    assert (table.to_numpy(np.float32) == expected.matrix()).all()


def test_activity__file_and_json(call, run, tmp_path):
    path = tmp_path / "activity.parquet"
    code, out, _ = call("activity", run, *FEW, "-o", path, "--json")
    facts = json.loads(out)
    assert code == 0
    table = pd.read_parquet(path)
    assert table.shape == (facts["n_samples"], facts["n_regulons"] + 1)
    assert (facts["top_share"], facts["n_top_genes"], facts["seed"]) == (0.5, 5, 0)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--top-share", "0.05"), "share"),
        (("--rule", "x=1"), "x"),
        (("--format", "parquet", "--json"), "-o"),
    ],
)
def test_activity__wrong_options(call, run, options, word):
    assert_one_line_error(call("activity", run, *options), word)
