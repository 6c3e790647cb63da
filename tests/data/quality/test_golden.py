"""Tests of whole reports against stored texts.

The texts in ``golden/`` are what ``python -m genie3_engine doctor`` prints. To write them anew,
after reading what has changed in them::

    GENIE3_WRITE_GOLDEN=1 python -m pytest tests/data/quality/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genie3_engine import cli

GOLDEN = Path(__file__).parent / "golden"
ROWS, COLUMNS = "genes-in-rows", "genes-in-columns"
FILES = {
    "genie3_example": ("genie3_example/data.txt", COLUMNS, None),
    "dream4": ("dream4_size100/insilico_size100_1_multifactorial.tsv", COLUMNS, None),
    "ecoli": ("ecoli_precise/log_tpm_3923x278.tsv.gz", ROWS, "ecoli_precise/tf_ids_derived.tsv"),
    "human_counts": (
        "human_lcl/pickrell1_counts_38415x69.tsv.gz",
        ROWS,
        "human_lcl/pickrell1_tf_ids.tsv",
    ),
    "human_cells": (
        "human_hnscc_sc/GSE103322_sample_100cells.tsv.gz",
        COLUMNS,
        "tf_lists/allTFs_hg38.txt",
    ),
    "beeline_gsd": ("beeline/GSD_2000_1/ExpressionData.csv.gz", ROWS, None),
    "beeline_gsd_dropout": ("beeline/GSD_2000_1_50/ExpressionData.csv.gz", ROWS, None),
    "beeline_linear": ("beeline/dyn-LL_500_1/ExpressionData.csv.gz", ROWS, None),
}


@pytest.mark.parametrize("name", FILES)
def test_doctor__says_what_it_said(name, shared_data, capsys, monkeypatch):
    monkeypatch.chdir(shared_data)
    path, orientation, regulators = FILES[name]
    command = ["doctor", path, *(("--regulators", regulators) if regulators else ())]
    assert cli.main(command) == 0
    said = capsys.readouterr().out
    assert f"  {orientation}: " in said
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("GENIE3_WRITE_GOLDEN"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_golden__are_all_of_a_file():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FILES)
