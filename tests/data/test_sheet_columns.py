"""Tests of finding what the columns of a sample sheet hold."""

from __future__ import annotations

import pytest

from genie3_engine.data.perturbations import GeneNames
from genie3_engine.data.sheet_columns import (
    SheetColumn,
    SheetRole,
    column_named,
    find_roles,
    is_header,
    is_time_header,
    names_genes,
    strength,
)
from genie3_engine.errors import OptionError

GENES = GeneNames(["TP53", "MYC", "SOX2"])
TIMES = ("0", "1", "2", "0", "1", "2")


def columns(**entries):
    return [SheetColumn(label, tuple(texts)) for label, texts in entries.items()]


def labels(found):
    return {str(role): column.label for role, column in found.columns.items()}


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Sample Name", "sample"),
        ("sampleID", "sample"),
        ("time (h)", "time"),
        ("Hours", "time"),
        ("hpi", "time"),
        ("time_points", "time"),
        ("Time Series", "series"),
        ("condition", "series"),
        ("perturbed_gene", "perturbed"),
        ("Knockout", "perturbed"),
        ("genotype", "perturbed"),
        ("perturbation type", "perturbation"),
        ("bio_rep", "replicate"),
        ("Replicate", "replicate"),
        ("batch", "block"),
    ],
)
def test_strength__knows_the_headers_of_each_role(header, role):
    assert strength(header, SheetRole(role))
    assert is_header(header)


@pytest.mark.parametrize("header", ["dpt_pseudotime", "latent time", "pseudotime"])
def test_is_time_header__leaves_pseudotime_out(header):
    assert not is_time_header(header)


def test_find_roles__by_headers_and_entries():
    found = find_roles(
        columns(
            condition="aaabbb",
            time=TIMES,
            genotype=["WT", "WT", "WT", "TP53 KO", "TP53 KO", "TP53 KO"],
            rep="111111",
            batch="112211",
            comment="xxyyzz",
        ),
        GENES,
    )
    assert labels(found) == {
        "time": "time",
        "perturbed": "genotype",
        "series": "condition",
        "replicate": "rep",
        "block": "batch",
    }
    assert found.unused == ("comment",)


def test_find_roles__takes_perturbed_genes_from_conditions_that_state_how():
    found = find_roles(columns(condition=["wt", "siTP53", "MYC KD"]), GENES)
    assert labels(found) == {"perturbed": "condition"}
    assert labels(find_roles(columns(condition=["ctrl", "heat", "cold"]), GENES)) == {}


def test_find_roles__finds_times_with_units_and_genes_under_any_header():
    found = find_roles(columns(x=["0 h", "2 h", "4 h"], y=["wt", "TP53 KO", "MYC KO"]), GENES)
    assert labels(found) == {"time": "x", "perturbed": "y"}


def test_find_roles__a_perturbation_is_a_kind_or_a_gene_by_its_entries():
    found = find_roles(columns(gene=["", "TP53"], perturbation=["", "KD"]), GENES)
    assert labels(found) == {"perturbed": "gene", "perturbation": "perturbation"}
    assert labels(find_roles(columns(perturbation=["", "TP53 KO"]), GENES)) == {
        "perturbed": "perturbation"
    }


def test_find_roles__takes_the_kind_from_the_header():
    assert find_roles(columns(knockout=["", "TP53"]), GENES).kind == "KO"
    assert find_roles(columns(knocked_down_gene=["", "TP53"]), GENES).kind == "KD"
    assert find_roles(columns(perturbed=["", "TP53"]), GENES).kind == ""


def test_find_roles__obeys_the_user():
    sheet = columns(time=TIMES, hours=TIMES, condition="aaabbb")
    found = find_roles(sheet, GENES, chosen={"time": "hours", "series": "none"})
    assert labels(found) == {"time": "hours"}
    assert find_roles(sheet, GENES, chosen={"perturbation": "kd"}).kind == "KD"
    assert column_named(sheet, "3").label == "condition"


def test_find_roles__names_rivals():
    found = find_roles(columns(condition="aabb", treatment="abab", time="0101"), GENES)
    assert found.rivals[SheetRole.SERIES] == ("treatment",)


def test_find_roles__names_for_each_sample_are_no_series_and_no_blocks():
    assert labels(find_roles(columns(donor="abcd", run="abcd", time="0123"), GENES)) == {
        "time": "time"
    }


@pytest.mark.parametrize(
    ("chosen", "words"),
    [({"colour": "a"}, "no role 'colour'"), ({"time": "when"}, "no column 'when'")],
)
def test_find_roles__refuses_what_there_is_not(chosen, words):
    with pytest.raises(OptionError, match=words) as caught:
        find_roles(columns(time=TIMES), GENES, chosen=chosen)
    assert caught.value.remedy


def test_names_genes__wants_half_of_the_entries():
    assert names_genes(SheetColumn("x", ("TP53", "MYC", "heat")), GENES, how_is_stated=False)
    assert not names_genes(SheetColumn("x", ("TP53", "a", "b")), GENES, how_is_stated=False)
    assert not names_genes(SheetColumn("x", ("TP53",)), GENES, how_is_stated=True)
