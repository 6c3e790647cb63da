"""Tests of numbers that are names."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.numeric_names import (
    NameEvidence,
    decide_row_names,
    doubted_names,
    evidence_of_names,
    names_of,
)
from genie3_engine.data.io.table import ReadOptions, Table

N = 24
SAMPLES = [f"sample_{i}" for i in range(1, 13)]
GENES = [*("TP53", "MYC", "JUN", "FOS", "EGR1", "STAT1", "GATA3", "SOX2", "KLF4", "RUNX1", "IRF8")]
_RANDOM = np.random.default_rng(1)
LEVELS = _RANDOM.normal(7, 3, (N, 1))
LOGS = LEVELS + _RANDOM.normal(0, 1, (N, 12))
COUNTS = np.floor(np.exp2(LEVELS + _RANDOM.normal(0, 1, (N, 12))))
GENES_IN_COLUMNS = _RANDOM.normal(7, 3, 11) + _RANDOM.normal(0, 1, (N, 11))
ENTREZ = _RANDOM.choice(np.arange(1, 60_000), N, replace=False).astype(float)


@pytest.mark.parametrize("body", [LOGS, COUNTS], ids=["logs", "counts"])
@pytest.mark.parametrize("corner", ["X", "ENTREZID", "probe", "any_thing", "", "Hybridization"])
def test_evidence_of_names__finds_gene_numbers_under_any_header(corner, body):
    assert evidence_of_names(ENTREZ, body, corner=corner, others=SAMPLES).are_names


@pytest.mark.parametrize(
    "values",
    [
        np.repeat(np.arange(8.0), 3),
        np.tile(np.arange(8.0), 3),
        np.repeat([0, 0.5, 1, 2, 4, 8, 16, 24], 3),
        _RANDOM.choice(np.arange(1000, 9000), N, replace=False).astype(float),
        np.arange(1.0, N + 1),
    ],
    ids=["in a row", "in turns", "hours", "animals", "numbered"],
)
@pytest.mark.parametrize("corner", ["Time", "t", "animal", "subject id", "dose [uM]"])
def test_evidence_of_names__finds_times_and_animals(values, corner):
    assert evidence_of_names(values, GENES_IN_COLUMNS, corner=corner, others=GENES).are_names


@pytest.mark.parametrize(
    ("corner", "others"),
    [("sample_0", SAMPLES), ("gene_0", [f"gene_{i}" for i in range(1, 13)]), ("SET", GENES)],
)
@pytest.mark.parametrize("body", [LOGS, COUNTS], ids=["logs", "counts"])
def test_evidence_of_names__leaves_values_alone(corner, others, body):
    width = len(others)
    assert not evidence_of_names(
        body[:, 0], body[:, 1:width], corner=corner, others=others[: width - 1]
    ).are_names


def test_evidence_of_names__asks_the_list_of_regulators():
    values, wanted = COUNTS[:, 0], names_of(COUNTS[:3, 0])
    found = evidence_of_names(values, COUNTS[:, 1:], corner="A", others=["B"], regulators=wanted)
    assert found.are_names
    assert "list of regulators" in found.sentence


def test_names_of__drops_the_point_of_whole_numbers():
    assert names_of(np.array([7157.0, 0.5])) == ["7157", "0.5"]


def test_decide_row_names__mends_what_the_first_lines_had_wrong():
    table = Table([np.column_stack([ENTREZ, LOGS])], ["X", *SAMPLES], None)
    decide_row_names(table, ReadOptions())
    assert table.row_names == names_of(ENTREZ)
    assert table.column_names == SAMPLES
    assert table.n_columns == 12
    assert table.decisions[0].certainty is Certainty.CLEAR


def test_decide_row_names__obeys_the_orientation():
    values = np.column_stack([[3.0, 1.0, 2.0], [5.0, 6.0, 6.0], [5.0, 6.0, 7.0]])
    table = Table([values], ["A1", "A2", "A3"], None)
    decide_row_names(table, ReadOptions(orientation="genes-in-rows"))
    assert table.row_names == ["3", "1", "2"]


def test_decide_row_names__doubts_names_that_the_whole_file_contradicts():
    names = names_of(np.concatenate([np.arange(1.0, 13), LOGS[:12, 0]]))
    table = Table([LOGS[:, 1:]], SAMPLES[1:], names, "sample_1")
    decide_row_names(table, ReadOptions())
    assert table.decisions[0].certainty is Certainty.GUESS
    assert table.decisions[0].alternatives[0].options == {
        "name_column": "none",
        "keep": ("sample_1",),
    }


@pytest.mark.parametrize("corner", ["ID", "Name", "key"])
def test_evidence_of_names__doubts_a_header_above_numbers_that_repeat(corner):
    body = COUNTS[:12].copy()
    others = ["TP53", "MYC", "STAT1", "IRF1", "GATA1", "SPI1"]
    values = np.array([37.0, 41, 56, 54, 56, 66, 37, 61, 60, 36, 39, 41])
    found = evidence_of_names(values, body, corner=corner, others=others)
    assert not found.are_names or found.certainty is Certainty.GUESS


@pytest.mark.parametrize(
    ("values", "corner", "is_doubted"),
    [
        ([5, 10, 25, 5, 0, 3], "index", True),
        ([9.5, 23.75, 4.75, 1.5], "x", True),
        ([181, 49, 7, 1204, 33], "TF", True),
        ([181, 49, 7, 1204, 33], "index", False),
        ([181, 149, 107, 204, 133], "TF", False),
        ([0, 0, 4, 4, 8, 8], "index", False),
        ([0.5, 1, 1.5, 2], "dose", False),
        ([3, 1, 3, 2], "gene", True),
    ],
)
def test_doubted_names__are_numbers_that_look_like_values(values, corner, is_doubted):
    found = doubted_names(NameEvidence(9.0, ("why",)), np.array(values, float), corner)
    assert found.are_names
    assert (found.certainty is Certainty.GUESS) == is_doubted


def test_doubted_names__leaves_values_alone():
    found = NameEvidence(-2.0)
    assert doubted_names(found, np.array([5.0, 5.0, 1.0]), "index") is found
