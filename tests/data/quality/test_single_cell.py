"""Tests of single cells and pseudo-bulk."""

from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.data.quality import diagnose
from genie3_engine.errors import OptionError
from tests.data.quality.test_init import cells
from tests.data.raws import fixed, raw_of, sheet_of, sparse

NAN = math.nan


@pytest.mark.parametrize("as_sparse", [False, True])
def test_pseudo_bulk__adds_counts_and_averages_other_values(as_sparse):
    labels = {"type": ("B", "T", "B", "NA"), "donor": ("1", "1", "2", "2")}
    for factor, expected in ((1, [[100, 2], [5, 5]]), (0.5, [[25, 1], [1.25, 2.5]])):
        values = np.array([[99, 2, 1, 50], [0, 5, 5, 5]]) * factor
        raw = raw_of(sparse(values) if as_sparse else values, annotations=labels)
        bulk = fixed(raw, "pseudo-bulk=type")
        assert bulk.samples == ("B", "T")
        assert bulk.values.tolist() == expected
    assert fixed(raw, "pseudo-bulk=donor,type").samples == ("1 B", "1 T", "2 B")


def test_pseudo_bulk__keeps_what_the_samples_of_a_group_have_in_common():
    sheet = sheet_of(
        series="aaaa", time=(0, 0, 1, 1), replicate="1212", perturbed=[("G",)] * 4,
        perturbation=("KO", "KO", "KO", "KD"),
    )  # fmt: skip
    raw = raw_of(np.ones((2, 4)), annotations={"hour": ("0", "0", "1", "1")}, sheet=sheet)
    assert fixed(raw, "pseudo-bulk=hour").sheet == sheet_of(
        series="aa", time=(0, 1), perturbed=[("G",), ()], perturbation=("KO", "")
    )


def test_pseudo_bulk__names_the_columns_there_are():
    raw = raw_of(np.ones((3, 3)), annotations={"type": ("B", "T", "B")})
    with pytest.raises(OptionError, match="type"):
        fixed(raw, "pseudo-bulk=cluster")


def test_single_cells__are_added_up_by_two_columns_where_one_is_not_enough():
    labels = {
        "donor": tuple(str(j % 5) for j in range(200)),
        "type": tuple("ABCD"[j % 4] for j in range(200)),
        "plate": ("1",) * 200,
    }
    diagnosis = diagnose(raw_of(cells(), annotations=labels))
    found = next(each for each in diagnosis.findings if each.code == "single-cells")
    assert found.fixes == ("pseudo-bulk=donor,type",)
    assert "by 'donor' and 'type'" in found.sentence
