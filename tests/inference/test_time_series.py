"""Tests of forests of time series."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.errors import InputError
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.inference.plan import build_engine
from genie3_engine.inference.time_series import TimeSeriesForests, notes
from genie3_engine.model import TIME_SERIES, ForestSpec, TargetSummary
from tests import naive, time_series_data
from tests.inference.test_learning_sample import series_of
from tests.time_series_data import small_series

NEEDS_EXAMPLE = pytest.mark.skipif(
    not time_series_data.EXAMPLE.is_dir(), reason="needs ../shared/data/dyngenie3_example"
)
NEEDS_DREAM4 = pytest.mark.skipif(
    not time_series_data.DREAM4.is_dir(), reason="needs ../shared/data/dream4_perturbations"
)


def forests(expression=None, regulators=None, **forest):
    expression = expression or small_series()
    if regulators is None:
        regulators = range(expression.n_genes)
    spec = ForestSpec(method=TIME_SERIES, **{"n_trees": 60, **forest})
    return TimeSeriesForests(expression, np.array(regulators, np.int32), spec)


@pytest.mark.parametrize("dynamics", ["lag", "dyn", 0.7])
def test_importance__is_strongest_for_the_gene_before(dynamics):
    engine = forests(small_series(n_series=12), dynamics=dynamics, n_trees=200, k="all")
    scores = engine.importance(5)
    assert np.argmax(scores.importance) == 4
    assert scores.importance[5] == 0
    assert scores.oob_r2 > 0.3
    assert scores.oob_next_r > 0.7
    assert np.isnan(scores.decay_rate) == (dynamics == "lag")
    assert scores.decay_rate == 0.7 or dynamics != 0.7


def test_importance__has_the_target_among_the_inputs_where_it_is_no_regulator():
    every = forests(dynamics="lag", k="all", n_trees=300)
    alone = forests(regulators=[2, 6], dynamics="lag", k="all", n_trees=300)
    assert alone.importance(5).importance.sum() < 0.7  # the rest is the target's own
    assert every.importance(5).importance.sum() < 0.95
    assert alone.importance(2).importance[0] == 0


def test_importance__of_a_constant_target_or_without_another_input_is_nothing():
    expression = small_series()
    values = expression.values.copy()
    values[3] = 1.5
    engine = forests(replace(expression, values=values), dynamics="dyn")
    assert not engine.importance(3).importance.any()
    assert not forests(regulators=[4]).importance(4).importance.any()
    assert forests(regulators=[3]).importance(4).importance.shape == (1,)


def test_importance__is_multiplied_by_the_knock_out_factor():
    expression = small_series()
    plain, multiplied = (
        forests(expression, dynamics="lag", knock_outs=choice) for choice in ("ignore", "multiply")
    )
    rows = expression.values[:, [not name for name in expression.sheet.series]]
    genes = dict(zip(expression.genes, rows, strict=True))
    names = [genes_ for genes_, name in zip(
        expression.sheet.perturbed, expression.sheet.series, strict=True
    ) if not name]  # fmt: skip
    for target in (0, 1, 6):
        factor = [
            naive.knock_out_factor(gene, expression.genes[target], genes, names) if at < 3 else 1.0
            for at, gene in enumerate(expression.genes)
        ]
        expected = plain.importance(target).importance * factor
        np.testing.assert_allclose(multiplied.importance(target).importance, expected, rtol=1e-12)


def test_steady_states__are_learned_from_or_left_out():
    expression = small_series()
    both = [forests(expression, steady_states=how, dynamics="lag") for how in ("add", "leave-out")]
    bare = expression.sheet.take([at for at, name in enumerate(expression.sheet.series) if name])
    kept = [at for at, name in enumerate(expression.sheet.series) if name]
    without = replace(
        expression,
        values=np.ascontiguousarray(expression.values[:, kept]),
        samples=tuple(expression.samples[at] for at in kept),
        sheet=bare,
    )
    added, left_out = (engine.importance(2).importance for engine in both)
    assert (added != left_out).any()
    np.testing.assert_array_equal(
        left_out, forests(without, dynamics="lag").importance(2).importance
    )


def test_dynamics__automatic_is_the_one_that_predicts_the_next_values_better():
    for seed in (1, 2, 3):
        expression = small_series(seed=seed)
        engines = {name: forests(expression, dynamics=name, n_trees=100) for name in ("lag", "dyn")}
        fits = {
            name: np.mean([engine.importance(at).oob_next_r for at in range(expression.n_genes)])
            for name, engine in engines.items()
        }
        automatic = forests(expression, n_trees=100)
        automatic.warm_up()
        chosen = "dyn" if fits["dyn"] > fits["lag"] else "lag"
        np.testing.assert_array_equal(
            automatic.importance(3).importance, engines[chosen].importance(3).importance
        )


def test_importance__is_the_same_in_any_order_and_from_threads():
    expression = small_series()
    one, two = forests(expression), forests(expression)
    two.warm_up()
    alone = [one.importance(target).importance for target in range(8)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda at: two.importance(at).importance, reversed(range(8))))
    np.testing.assert_array_equal(together[::-1], alone)


def test_build_engine__refuses_data_without_series_and_knock_outs_without_any():
    bare = replace(small_series(), sheet=None)
    every = np.arange(bare.n_genes, dtype=np.int32)
    with pytest.raises(InputError, match="The time-series method needs a time series"):
        build_engine(bare, every, ForestSpec(method=TIME_SERIES), n_jobs=1)
    series = small_series(n_steady=0)
    spec = ForestSpec(method=TIME_SERIES, knock_outs="multiply")
    with pytest.raises(InputError, match="knock-out factor needs samples in which a gene"):
        build_engine(series, every, spec, n_jobs=1)


def test_importance__refuses_rates_that_no_number_holds():
    expression = small_series()
    times = [time * 1e-320 for time in expression.sheet.time]
    sheet = replace(expression.sheet, time=tuple(times))
    with pytest.raises(InputError, match="rate of change of 'g002'"):
        forests(replace(expression, sheet=sheet), dynamics=1.0).importance(2)


def test_notes__name_the_dynamics():
    lag = TargetSummary("g1", 0.5, 1.0, 3, oob_next_r=0.91)
    decay = TargetSummary("g2", 0.5, 1.0, 3, decay_rate=0.0123, oob_next_r=0.5)
    constant = TargetSummary("g3", np.nan, 1.0, 0)
    assert notes([constant]) == []
    (sentence,) = notes([lag, constant])
    assert "(dynamics: lag)" in sentence
    assert sentence.endswith("out of bag is 0.91.")
    assert "dynGENIE3; median rate of decay 0.0123" in notes([decay, constant])[0]


@NEEDS_EXAMPLE
@pytest.mark.slow(1)
def test_importance__has_the_scores_of_dyngenie3s_definition():
    from scipy.stats import spearmanr

    expression = time_series_data.example()
    steady = expression.values.T[[not name for name in expression.sheet.series]]
    targets = range(0, expression.n_genes, 3)
    theirs = naive.dyngenie3(series_of(expression), steady, targets, n_trees=400, seed=7)
    engine = forests(expression, dynamics="dyn", n_trees=2000, seed=3)
    ours = np.array([engine.importance(target).importance for target in targets]).T
    links = theirs > 0
    assert links.sum() == 9 * len(targets)
    assert spearmanr((ours / ours.sum(axis=0))[links], theirs[links]).statistic > 0.98


@NEEDS_DREAM4
@pytest.mark.slow(1)
def test_importance__is_accurate_on_simulated_series_and_knock_outs(tmp_path):
    expression = time_series_data.dream4()
    assert len(expression.sheet.series_positions()) == 10
    assert expression.n_samples == 411
    alone = {"steady_states": "leave-out", "n_trees": 200}

    def aupr(**forest):
        return network_aupr(expression, tmp_path / "links.tsv", **forest)

    assert aupr(dynamics="dyn", **alone) >= 0.14
    assert aupr(dynamics="lag", **alone) >= 0.14
    assert aupr(dynamics="lag", n_trees=100) >= 0.19
    assert aupr(dynamics="lag", n_trees=20, knock_outs="multiply") >= 0.52


def network_aupr(expression, path, **forest):
    """Write the links of all genes, strongest first, and evaluate them."""
    engine = forests(expression, **forest)
    genes = expression.genes
    links = [
        (float(score), genes[regulator], genes[target])
        for target in range(expression.n_genes)
        for regulator, score in enumerate(engine.importance(target).importance)
        if score > 0
    ]
    lines = [f"{by}\t{to}\t{score!r}" for score, by, to in sorted(links, reverse=True)]
    path.write_text("regulator\ttarget\timportance\n" + "\n".join(lines) + "\n")
    return evaluate(path, time_series_data.GOLD).aupr
