"""Tests of tables of typed columns."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.io.columns import Column, table_of_columns
from genie3_engine.data.io.numeric_names import names_of
from genie3_engine.errors import InputError

LEVELS = Column("s1", numbers=np.array([1.5, 2.5]))
NAMES = Column("gene", texts=["A", "B"])
GROUPS = Column("group", texts=["x", "x"])


def test_table_of_columns__takes_the_first_texts_that_differ_for_names():
    table = table_of_columns("x.parquet", [GROUPS, NAMES, LEVELS], [])
    assert (table.row_names, table.column_names) == (["A", "B"], ["s1"])
    assert table.row_annotations == {"group": ["x", "x"]}


def test_table_of_columns__obeys_the_index_of_the_file():
    numbers = Column("id", numbers=np.array([7.0, 8.0]))
    assert table_of_columns("x.parquet", [LEVELS, numbers], ["id"]).row_names == ["7", "8"]


def test_table_of_columns__needs_numbers():
    with pytest.raises(InputError, match="no columns of numbers"):
        table_of_columns("x.parquet", [NAMES, GROUPS], [])


def test_table_of_columns__takes_gene_numbers_before_descriptions():
    random = np.random.default_rng(1)
    numbers = random.choice(np.arange(100.0, 60_000), 12, replace=False)
    columns = [
        Column("X", numbers=numbers, is_whole=True),
        Column("note", texts=[f"gene {i}" for i in range(12)]),
        *(Column(f"s{i}", numbers=random.normal(size=12)) for i in range(4)),
    ]
    table = table_of_columns("x.parquet", columns, [])
    assert table.row_names == names_of(numbers)
    assert list(table.row_annotations) == ["note"]
