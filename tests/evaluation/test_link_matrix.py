from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.evaluation.link_matrix import LinkMatrix, is_matrix, regulators_in_rows
from tests.evaluation.test_link_roles import file_of

NUMBERS = ["0.5", "0", "1"]


def test_is_matrix__names_above_numbers_are_genes():
    columns = file_of(("", ["A", "B", "C"]), *((name, NUMBERS) for name in "ABC")).columns
    assert is_matrix(columns, frozenset())
    columns = file_of(("", ["X", "Y", "Z"]), *((name, NUMBERS) for name in "ABC")).columns
    assert is_matrix(columns, frozenset("ABC"))
    assert not is_matrix(columns, frozenset("XYZ"))
    links = file_of(("TF", ["A", "A", "B"]), *((name, NUMBERS) for name in "ABC")).columns
    assert not is_matrix(links, frozenset("ABC"))


def test_batches__have_all_cells_but_those_of_a_gene_with_itself():
    matrix = LinkMatrix(("A", "B"), ("A", "B", "C"), np.array([[9, 1, 2], [3, 9, np.nan]]))
    table = pa.Table.from_batches(matrix.batches(regulators_in_rows=True))
    rows = list(zip(*table.to_pydict().values(), strict=True))
    assert rows == [("A", "B", 1), ("A", "C", 2), ("B", "A", 3)]
    turned = pa.Table.from_batches(matrix.batches(regulators_in_rows=False))
    assert [(b, a, v) for a, b, v in rows] == list(zip(*turned.to_pydict().values(), strict=True))


FULL = np.ones((4, 4))
NO_ROW = FULL * np.array([[1, 1, 0, 0]]).T


@pytest.mark.parametrize(
    ("values", "known", "in_rows", "certainty"),
    [
        (FULL[:2], "", True, Certainty.CLEAR),
        (FULL[:, :2], "", False, Certainty.CLEAR),
        (FULL, "", True, Certainty.GUESS),
        (NO_ROW, "", True, Certainty.CLEAR),
        (NO_ROW.T, "", False, Certainty.CLEAR),
        (FULL[:, :3], "ABCD", True, Certainty.GUESS),
        (FULL * np.array([1, 1, 1, 0]), "", False, Certainty.GUESS),
    ],
)
def test_regulators_in_rows__goes_by_shape_names_and_zeros(values, known, in_rows, certainty):
    rows, columns = (tuple("ABCD"[:n]) for n in values.shape)
    found, decision = regulators_in_rows(
        LinkMatrix(rows, columns, values), file_of(), frozenset(known)
    )
    if not known:
        assert (found, decision.certainty) == (in_rows, certainty)
    told = file_of(told={"regulator": "columns"})
    found, decision = regulators_in_rows(LinkMatrix(rows, columns, values), told, frozenset())
    assert (found, decision.certainty) == (False, Certainty.TOLD)


@pytest.mark.parametrize(("corner", "in_rows"), [("TF", True), ("targetGene", False)])
def test_regulators_in_rows__reads_the_cell_above_the_names(corner, in_rows):
    axis = tuple("ABCD")
    found, decision = regulators_in_rows(
        LinkMatrix(axis, axis, FULL), file_of((corner, list(axis))), frozenset()
    )
    assert (found, decision.certainty) == (in_rows, Certainty.CLEAR)
    assert corner in decision.evidence


def test_regulators_in_rows__gives_only_reasons_for_its_choice():
    matrix = LinkMatrix(tuple("ABCDEF"), tuple("ABC"), np.ones((6, 3)))
    found, decision = regulators_in_rows(matrix, file_of(("TF", list("ABCDEF"))), frozenset())
    assert not found
    assert decision.evidence == "That axis has fewer names."
