from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.decisions import Decision
from genie3_engine.data.io.table import Table
from genie3_engine.data.table_corner import Role, TableCorner, first_cells


def table(n_columns: int = 3) -> Table:
    values = np.arange(10.0 * n_columns).reshape(10, n_columns)
    return Table(
        [values[:4], values[4:]],
        [f"s{i}" for i in range(n_columns)],
        [f"g{i}" for i in range(10)],
        "gene",
        row_annotations={"symbol": [f"SYM{i}" for i in range(10)]},
    )


def test_first_cells__holds_names_texts_and_the_first_numbers():
    corner = first_cells(table()).interpreted([], genes_in_rows=True)
    assert [(line.name, line.role) for line in corner.columns] == [
        ("gene", Role.NAMES),
        ("symbol", Role.TEXT),
        ("s0", Role.SAMPLE),
        ("s1", Role.SAMPLE),
        ("s2", Role.SAMPLE),
    ]
    assert corner.columns[1].cells[:2] == ("SYM0", "SYM1")
    assert corner.columns[2].cells[:2] == ("0", "3")
    assert {row.role for row in corner.rows} == {Role.GENE}
    assert corner.has_header


def test_first_cells__has_as_many_cells_in_each_column_as_rows():
    corner = first_cells(table()).interpreted([], genes_in_rows=True)
    assert {len(line.cells) for line in corner.columns} == {len(corner.rows)}


def test_interpreted__shows_what_is_set_aside_however_far_to_the_right():
    decision = Decision("set-aside", "Column 's15' is set aside.", names=("s15", "g1"))
    corner = first_cells(table(20)).interpreted([decision], genes_in_rows=True)
    aside = [line.name for line in corner.columns if line.role is Role.SET_ASIDE]
    assert aside == ["s15"]
    assert len(corner.columns) == 2 + 8 + 1
    assert [row.name for row in corner.rows if row.role is Role.SET_ASIDE] == ["g1"]


def test_interpreted__follows_the_column_that_names_the_genes():
    decision = Decision("gene-names", "Genes go by 'symbol'.", names=("symbol",))
    corner = first_cells(table()).interpreted([decision], genes_in_rows=True)
    assert [line.role for line in corner.columns[:2]] == [Role.TEXT, Role.NAMES]


def test_first_cells__takes_the_first_columns_of_a_sparse_table():
    values = scipy.sparse.random(30, 5_000, 0.2, format="csr", random_state=1)
    corner = first_cells(
        Table([], [f"s{i}" for i in range(5_000)], None, sparse=values)
    ).interpreted([], genes_in_rows=True)
    assert len(corner.columns) == 8
    assert corner.columns[0].cells == tuple(f"{x:.6g}" for x in values[:6, 0].toarray()[:, 0])


@pytest.mark.parametrize("genes_in_rows", [True, False])
def test_from_dict__gives_the_same_corner(genes_in_rows):
    corner = first_cells(table()).interpreted([], genes_in_rows=genes_in_rows)
    assert TableCorner.from_dict(asdict(corner)) == corner
