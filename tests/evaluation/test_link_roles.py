from __future__ import annotations

import pyarrow as pa
import pytest

from genie3_engine.errors import InputError, OptionError
from genie3_engine.evaluation.link_columns import LinkColumn
from genie3_engine.evaluation.link_roles import LinkFile, find_pairs


def file_of(*columns, option="gold_columns", told=None):
    made = [
        LinkColumn.of(pa.array(cells, pa.string()), i, name, is_whole=True)
        for i, (name, cells) in enumerate(columns)
    ]
    return LinkFile("file", option, tuple(made), told or {})


TFS = ["A", "A", "A", "B", "B", "B"] * 2
TARGETS = [f"g{i}" for i in range(12)]
LINKS = file_of(("regulator", TFS), ("target", TARGETS), option="links_columns")


@pytest.mark.parametrize(
    ("columns", "regulator", "is_sure"),
    [
        ([("TF", TFS), ("gene", TARGETS)], 0, True),
        ([("gene", TARGETS), ("TF", TFS)], 1, True),
        ([(None, TARGETS), (None, TFS)], 1, True),
        ([("x", TFS), ("y", ["regulates"] * 12), ("z", TARGETS)], 0, True),
        ([("source", TARGETS), ("target", TFS)], 0, False),
    ],
)
def test_find_pairs__weighs_headers_and_the_other_file(columns, regulator, is_sure):
    _, pair = find_pairs(LINKS, file_of(*columns))
    assert (pair.regulator.place, pair.is_sure) == (regulator, is_sure)


def test_find_pairs__names_the_reverse_of_a_guess():
    file = file_of((None, TARGETS), (None, TARGETS[::-1]))
    pair = find_pairs(file, file)[0]
    decision = pair.decision(file)
    assert not pair.is_sure
    assert decision.advice == "The reverse: --gold-columns regulator=2,target=1."


def test_find_pairs__obeys_the_user():
    file = file_of(("TF", TFS), ("gene", TARGETS), told={"regulator": "gene", "target": "1"})
    pair = find_pairs(LINKS, file)[1]
    assert (pair.regulator.name, pair.target.name, pair.is_told) == ("gene", "TF", True)


def test_find_pairs__refuses_a_table_without_two_columns_of_names():
    file = file_of(("name", TFS), ("value", ["0.5"] * 12))
    with pytest.raises(InputError, match=r"no two columns of names: its columns are 'name' \(A, B"):
        find_pairs(LINKS, file)


def test_find_pairs__refuses_one_column_for_both_roles():
    told = {"regulator": "gene", "target": "gene"}
    with pytest.raises(OptionError, match="'gene' of file is named as regulator and as target"):
        find_pairs(LINKS, file_of(("gene", TFS), ("gene", TARGETS), told=told))
