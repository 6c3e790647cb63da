"""Enriched sets: the planted one first, with exact values, over all tests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.enrichment.options import EnrichmentOptions, Universe
from genie3_engine.enrichment.over_representation import over_representation, shown_q
from tests import naive
from tests.enrichment.sets import sets_of

GENES = tuple(f"g{i:03d}" for i in range(200))


def random_sets(rng, n_sets=30):
    return {
        f"set {i}": list(rng.choice(GENES[:150], rng.integers(2, 30), replace=False))
        for i in range(n_sets)
    }


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.sampled_from(list(Universe)))
def test_over_representation__is_the_exact_test_of_each_pair(seed, universe):
    rng = np.random.default_rng(seed)
    listed = random_sets(rng)
    groups = {f"group {i}": list(rng.choice(GENES, 25, replace=False)) for i in range(3)}
    options = EnrichmentOptions(universe, 3, 25, largest_q=1.0)
    found = over_representation(groups, sets_of(listed, GENES), options)
    counted = set().union(*listed.values()) if universe is Universe.ANNOTATED else set(GENES)
    wanted = {}
    for group, members in groups.items():
        for name, genes in listed.items():
            if 3 <= len(genes) <= 25:
                inside = set(members) & counted
                k = len(inside & set(genes))
                p = naive.over_representation(k, len(inside), len(genes), len(counted))
                wanted[group, name] = (k, float(p))
    q_values = naive.adjusted_p_values([p for _, p in wanted.values()])
    assert found.n_tests == len(wanted)
    assert found.n_universe == len(counted)
    with_hits = {key for key, (k, _) in wanted.items() if k}
    assert set(zip(found.table["group"], found.table["set"], strict=True)) == with_hits
    q_of = dict(zip(wanted, q_values, strict=True))
    for row in found.table.itertuples():
        k, p = wanted[row.group, row.set]
        assert row.n_hits == k == len(row.genes.split(", "))
        assert row.p == pytest.approx(p, rel=1e-9)
        assert row.q == pytest.approx(q_of[row.group, row.set], rel=1e-9)
        assert row.ratio == pytest.approx(k / (row.n_group * row.n_set / len(counted)))


def test_over_representation__finds_the_planted_set_first():
    rng = np.random.default_rng(1)
    listed = random_sets(rng, 200) | {"planted": list(GENES[:15]), "like it": list(GENES[:12])}
    groups = {"other": GENES[100:130], "of it": [*GENES[:14], *GENES[60:70]], "none": ["foreign"]}
    found = over_representation(groups, sets_of(listed, GENES))
    assert found.table["set"].iloc[0] == "planted"
    assert found.table["group"].iloc[0] == "of it"
    folded = found.table.set_index("set").loc["like it"]
    assert folded["behind"] == "planted"
    assert "like it" not in set(found.heads["set"])
    assert found.groups == ("other", "of it", "none")


def test_over_representation__names_the_genes_by_symbol_too():
    symbols = {"g000": "twin", "g001": "twin", "g002": "abc1"}
    sets = sets_of({"a": ["twin", "ABC1", *GENES[3:9]]}, GENES, symbols=symbols)
    row = over_representation({"b": GENES[:6]}, sets, EnrichmentOptions(largest_q=1.0)).table.iloc[
        0
    ]
    assert row["genes"] == "g000, g001, g002, g003, g004, g005"
    assert row["symbols"] == "twin (g000), twin (g001), abc1, g003, g004, g005"


def test_over_representation__of_no_group_and_of_no_tested_set_is_empty():
    sets = sets_of({"small": GENES[:2]}, GENES)
    assert over_representation({}, sets).table.empty
    nothing = over_representation({"a": GENES[:5]}, sets)
    assert nothing.table.empty
    assert "0 tests" in nothing.method


def test_method__states_the_universe():
    sets = sets_of({"a": GENES[:6]}, GENES)
    annotated = over_representation({"a": GENES[:5]}, sets).method
    every = over_representation({"a": GENES[:5]}, sets, EnrichmentOptions(Universe.ALL)).method
    assert "the 6 genes of the network that are in at least one set, of 200" in annotated
    assert "the 200 genes of the network with or without a set" in every


@pytest.mark.parametrize(
    ("log10_q", "text"), [(0.0, "1"), (-2.5, "0.0032"), (-4.0, "1.0e-4"), (-1000.7, "2.0e-1001")]
)
def test_shown_q__has_two_digits(log10_q, text):
    assert shown_q(log10_q) == text
