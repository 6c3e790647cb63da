"""Tests of gene tables that are stored next to a data set."""

import os
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.datasets.gene_tables import gene_table, save_gene_table
from genie3_engine.datasets.store import dataset_folder, save_dataset
from genie3_engine.errors import InputError
from genie3_engine.jobs import filenames

TABLE = GeneTable(("a", "b"), {"symbol": ("A", "B")}, {"symbol": "symbol"}, "genes.tsv")


@pytest.fixture
def dataset(tmp_path):
    expression = Expression(np.arange(6.0).reshape(2, 3), ("b", "a"), ("x", "y", "z"))
    return save_dataset(expression, home=tmp_path)


def test_save_gene_table__replaces_and_removes(dataset, tmp_path):
    assert gene_table(dataset, home=tmp_path) is NO_GENE_TABLE
    save_gene_table(dataset, TABLE, home=tmp_path)
    assert gene_table(dataset, home=tmp_path).to_dict() == TABLE.to_dict()
    save_gene_table(dataset, TABLE.with_roles(symbol=""), home=tmp_path)
    assert not gene_table(dataset, home=tmp_path).has_symbols
    save_gene_table(dataset, NO_GENE_TABLE, home=tmp_path)
    assert gene_table(dataset, home=tmp_path) is NO_GENE_TABLE


@pytest.mark.parametrize("content", ["", "{}", '{"genes": ["a"], "columns": {"x": []}}', "[1]"])
def test_gene_table__is_none_where_the_file_is_damaged(dataset, tmp_path, content):
    path = dataset_folder(dataset, tmp_path) / filenames.GENE_TABLE
    path.write_text(content)
    assert gene_table(dataset, home=tmp_path) is NO_GENE_TABLE


def test_gene_table__is_none_without_the_data_set(tmp_path):
    assert gene_table("f" * 64, home=tmp_path) is NO_GENE_TABLE
    assert gene_table("", home=tmp_path) is NO_GENE_TABLE
    with pytest.raises(InputError, match="not stored here"):
        save_gene_table("f" * 64, TABLE, home=tmp_path)


def test_save_dataset__stores_the_table_of_the_file_unless_there_is_one(tmp_path):
    bare = Expression(np.arange(6.0).reshape(2, 3), ("a", "b"), ("x", "y", "z"))
    dataset = save_dataset(replace(bare, gene_table=TABLE), home=tmp_path)
    assert gene_table(dataset, home=tmp_path).label("a") == "A"
    save_gene_table(dataset, TABLE.with_roles(symbol=""), home=tmp_path)
    save_dataset(replace(bare, gene_table=TABLE), home=tmp_path)
    assert gene_table(dataset, home=tmp_path).label("a") == "a"
    save_gene_table(dataset, NO_GENE_TABLE, home=tmp_path)
    save_dataset(replace(bare, gene_table=TABLE), home=tmp_path)
    assert gene_table(dataset, home=tmp_path).label("a") == "A"


def test_gene_table__is_the_new_one_when_two_are_written_in_one_moment(dataset, tmp_path):
    path = dataset_folder(dataset, tmp_path) / filenames.GENE_TABLE
    for table in (TABLE, TABLE.with_roles(symbol="")):
        save_gene_table(dataset, table, home=tmp_path)
        os.utime(path, ns=(1_000, 1_000))
        assert gene_table(dataset, home=tmp_path).has_symbols is table.has_symbols
