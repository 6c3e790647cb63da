"""Tests of genie3_engine.data.number_forms."""

import pytest

from genie3_engine.data import gene_identifiers, role_names
from genie3_engine.data.number_forms import number_form


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("s1", "s1"),
        ("s10", "s10"),
        ("s11", "s99"),
        ("s100", "s999"),
        ("P0010", "P0010"),
        ("P0017", "P0099"),
        ("GSM123_rep2", "GSM999_rep2"),
        ("x1.25e-30", "x1.99e-99"),
        ("none", "none"),
        ("", ""),
    ],
)
def test_number_form__keeps_small_numbers_and_lengths(name, form):
    assert number_form(name) == form
    assert number_form(form) == form


STEMS = (
    *("ENSG{:011d}", "AT1G{:05d}", "Q{:04d}", "b{:04d}", "P{:05d}", "GSM{}", "NA{:05d}", "A{:02d}"),
    *("cell_{}", "S{:03d}", "{}h", "TP{}", "LOC{}", "s{}_1_{}", "{}", "mut{}.bam", "d{} rep{}"),
    *("log{} p", "log{}p", "pc {}", "pct.{}", "v{}", "sc{}_clusters", "G{}M", "X{}", "umap_{}"),
    *("log{}FC", "hg{}", "unnamed: {}", "detection.{}", "sample no {}"),
)


@pytest.mark.parametrize("stem", STEMS)
def test_number_form__hides_nothing_that_names_are_judged_by(stem):
    for number in (0, 1, 2, 3, 9, 10, 11, 12, 20, 31, 99, 100, 101, 110, 2024, 10_000, 54_321):
        name = stem.format(number, number + 1)
        assert gene_identifiers.vote_of_form(name) == gene_identifiers.vote_of_form(
            number_form(name)
        )
        assert role_names.role_of_form(name) == role_names.role_of_form(number_form(name))
