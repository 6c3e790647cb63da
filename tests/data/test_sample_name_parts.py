"""Tests of finding times, perturbations and replicates in names of samples."""

from __future__ import annotations

import pytest

from genie3_engine.data.perturbations import GeneNames
from genie3_engine.data.sample_name_parts import roles_in_names

GENES = GeneNames(["TP53", "MYC", "fur"])


def entries(names):
    found = roles_in_names(names, GENES)
    return found and {str(role): column.entries for role, column in found.columns.items()}


def test_roles_in_names__finds_times_series_and_replicates():
    names = [f"{c}_{t}h_rep{r}" for c in ("ctrl", "heat") for t in (0, 2, 24) for r in (1, 2)]
    found = entries(names)
    assert found["time"] == ("0h", "0h", "2h", "2h", "24h", "24h") * 2
    assert found["series"] == ("ctrl",) * 6 + ("heat",) * 6
    assert found["replicate"] == ("1", "2") * 6


def test_roles_in_names__finds_times_with_t():
    found = entries(["t0", "t1", "t2"])
    assert found == {"time": ("t0", "t1", "t2"), "series": ("series",) * 3}


def test_roles_in_names__finds_perturbed_genes_that_state_how():
    found = entries(["WT_1", "WT_2", "TP53_KO_1", "siMYC_1", "delta-fur_1"])
    assert found["perturbed"] == ("", "", "TP53 KO", "siMYC", "fur delta")


def test_roles_in_names__finds_kinds_with_digits_among_many_numbered_names():
    found = entries([*(f"ctrl-{i}" for i in range(30)), "TP53_Cas9_1", "MYC_Cas9_2"])
    assert found["perturbed"][-2:] == ("TP53 Cas9", "MYC Cas9")


@pytest.mark.parametrize(
    "names",
    [
        ["S1", "S2", "S3"],
        ["0h", "1h"],  # two times are two groups
        ["a_0h", "b_1h", "c_2h", "d"],
        ["TP53_KO_1", "TP53_KO_2", "WT"],
        ["GSM1", "GSM2", "GSM3", "GSM4"],
        ["AAACCTG-1", "AAACGGG-1", "TTTGTCA-1"],
        ["patient_1", "patient_2", "patient_3"],
        ["TP53", "MYC", "fur"],
    ],
)
def test_roles_in_names__is_none_for_other_names(names):
    assert roles_in_names(names, GENES) is None
