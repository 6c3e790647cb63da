"""Tests of simulated networks."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from genie3_engine.data.name_lists import read_names
from genie3_engine.data.prepare import read_expression
from genie3_engine.data.simulate import sample_network, simulate_network, write_simulation
from genie3_engine.errors import OptionError, StorageError


def average_precision(network, n_trees):
    """Precision of scikit-learn's Extra-Trees, and of chance, over regulators x genes."""
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.metrics import average_precision_score

    expression, names = network.expression, network.expression.genes
    true = {(regulator, target) for regulator, target, _ in network.gold}
    truth, score = [], []
    for target in names:
        used = [name for name in network.regulators if name != target]
        x = expression.values[[names.index(name) for name in used]].T
        forest = ExtraTreesRegressor(n_trees, max_features="sqrt", random_state=1)
        forest.fit(x, expression.values[names.index(target)])
        score.extend(forest.feature_importances_)
        truth.extend((name, target) in true for name in used)
    return average_precision_score(truth, score), np.mean(truth)


def test_simulate_network__carries_a_signal_that_forests_find():
    found, chance = average_precision(simulate_network(40, 80, seed=2), n_trees=40)
    assert found > 3 * chance


def test_simulate_network__is_the_same_for_a_seed_and_another_for_another():
    one, same = simulate_network(30, 10, seed=4), simulate_network(30, 10, seed=4)
    other = simulate_network(30, 10, seed=5)
    assert one.expression.fingerprint == same.expression.fingerprint
    assert one.gold == same.gold
    assert one.expression.fingerprint != other.expression.fingerprint


def test_simulate_network__is_in_canonical_order_with_friendly_names():
    network = simulate_network(120, 30, seed=1)
    assert network.expression.canonical() is network.expression
    assert network.regulators[0] == "TF01"
    assert "GENE042" in network.expression.genes
    assert network.expression.samples[0] == "S001"
    assert np.isfinite(network.expression.values).all()


def test_simulate_network__draws_a_scale_free_directed_network_of_both_signs():
    network = simulate_network(3000, 2, seed=3)
    known, genes = set(network.regulators), set(network.expression.genes)
    assert all(r in known and t in genes and r != t for r, t, _ in network.gold)
    assert len({(r, t) for r, t, _ in network.gold}) == len(network.gold)
    signs = Counter(sign for _, _, sign in network.gold)
    assert signs[-1] / len(network.gold) == pytest.approx(0.4, abs=0.05)
    outgoing = np.array(sorted(Counter(r for r, _, _ in network.gold).values()))
    assert outgoing[-1] > 10 * np.median(outgoing)
    incoming = Counter(t for _, t, _ in network.gold)
    assert max(incoming.values()) < 15
    assert all(incoming[gene] for gene in genes - known)


@pytest.mark.parametrize("sign", [1, -1])
def test_simulate_network__activates_and_represses(sign):
    network = simulate_network(60, 300, seed=6, links_per_target=1.0, noise=0.0)
    expression, names = network.expression, network.expression.genes
    correlation = [
        np.corrcoef(expression.values[[names.index(r), names.index(t)]])[0, 1]
        for r, t, s in network.gold
        if s == sign and t not in network.regulators
    ]
    assert sign * np.median(correlation) > 0.3


def test_sample_network__is_small_and_fixed():
    network = sample_network()
    assert (network.expression.n_genes, network.expression.n_samples) == (100, 120)
    assert len(network.regulators) == 20
    assert network.expression.fingerprint == sample_network().expression.fingerprint


def test_write_simulation__writes_files_that_are_read_back(tmp_path):
    network = sample_network()
    write_simulation(network, tmp_path / "made" / "here")
    folder = tmp_path / "made" / "here"
    expression, report = read_expression(folder / "expression.tsv")
    assert expression.fingerprint == network.expression.fingerprint
    assert report.orientation == "genes-in-rows"
    assert not report.warnings
    assert read_names(folder / "regulators.txt") == network.regulators
    gold = [line.split("\t") for line in (folder / "gold.tsv").read_text().splitlines()]
    assert [(r, t, {"+": 1, "-": -1}[s]) for r, t, _, s in gold] == list(network.gold)
    assert {label for _, _, label, _ in gold} == {"1"}


def test_write_simulation__says_when_the_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        write_simulation(sample_network(), tmp_path / "file")


@pytest.mark.parametrize(
    "options",
    [
        {"n_genes": 2},
        {"n_samples": 1},
        {"seed": -1},
        {"n_regulators": 1},
        {"n_regulators": 11},
        {"links_per_target": 0.5},
        {"repression": 1.5},
        {"noise": -1.0},
    ],
)
def test_simulate_network__refuses_numbers_out_of_range(options):
    with pytest.raises(OptionError, match=r"\d"):
        simulate_network(**{"n_genes": 10, "n_samples": 5, **options})
