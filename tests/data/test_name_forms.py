"""Tests of comparing how names are written."""

from __future__ import annotations

import pytest

from genie3_engine.data.name_forms import NameForms

NAMES = {
    "upper": ["TP53", "MYC", "SOX2", "GATA1", "FOS"],
    "lower": ["abc1", "rps2", "cdc28", "act1", "pho4"],
    "mixed": ["Notch", "white", "Dscam1", "yellow", "Hr39"],
    "numbered": ["G1", "G2", "G3", "G4", "G5"],
    "identifiers": ["ENSG00000141510", "ENSG00000136997", "ENSG00000177606"],
}


@pytest.mark.parametrize(
    ("form", "like", "unlike"),
    [
        ("upper", ["AGE", "BMI"], ["age", "Batch", "percent.mt"]),
        ("lower", ["age", "key"], ["Length", "n_counts"]),
        ("mixed", ["age", "Batch"], ["n_counts"]),
        ("numbered", ["AGE"], ["age", "Batch"]),
        ("identifiers", ["AGE"], ["age", "Length"]),
    ],
)
def test_name_forms__tell_a_name_that_is_written_unlike_the_others(form, like, unlike):
    forms = NameForms(NAMES[form])
    assert [name for name in (*like, *unlike) if forms.differ_from(name)] == unlike
