import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.confidence.costs import replicate_loads
from genie3_engine.data.expression import Expression
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.inference.plan import InferencePlan, infer_block, new_engine, warm_up
from genie3_engine.model import (
    ENGINES,
    METHODS,
    PRECISION,
    SCIKIT_LEARN,
    ConfidenceSpec,
    ForestSpec,
    LayoutSpec,
)
from genie3_engine.planning import Workload
from genie3_engine.planning.memory import (
    combination_bytes,
    disk_need,
    engine_bytes,
    memory_need,
    ranking_bytes,
)
from tests.planning.pilots import pilot

WORK = Workload(1000, 100, 1000, 1000, n_threads=2, n_trees=100)


def test_ranking_bytes__between_and_beyond_what_was_measured():
    assert ranking_bytes(0) == 50e6
    assert ranking_bytes(2_000_000) == pytest.approx((102e6 + 167e6) / 2)
    assert ranking_bytes(10**9) == 375e6


def test_combination_bytes__grow_with_the_links_until_buckets_bound_them():
    assert combination_bytes(0) == 0
    assert combination_bytes(1_000_000) == 95e6
    assert combination_bytes(10**9) == combination_bytes(10**8)


def test_memory_need__the_pilots_own_run_needs_what_the_pilot_held():
    found = memory_need(WORK, pilot(), measured_as=WORK, n_links=1000)
    assert found.compute_bytes == pytest.approx(200e6, abs=1e5)
    assert found.write_bytes == pytest.approx(280e6)
    assert found.peak_bytes == found.write_bytes


def test_memory_need__of_streamed_data_has_no_matrix():
    work = replace(WORK, n_genes=20_000, n_targets=20_000, n_samples=100_000, is_streamed=True)
    found = memory_need(work, pilot(), measured_as=work, n_links=1000)
    assert found.compute_bytes == pytest.approx(200e6, abs=1e5)
    on_more = memory_need(replace(work, n_threads=4), pilot(), measured_as=work, n_links=1000)
    assert on_more.compute_bytes - found.compute_bytes < 50e6
    dense = replace(work, is_streamed=False)
    held = memory_need(dense, pilot(), measured_as=dense, n_links=1000)
    assert held.compute_bytes > found.compute_bytes + 15e9


def test_engine_bytes__by_hand():
    # Ranks and bins of one byte; 44 bytes a regulator, 200 a sample and 50,000 for each thread.
    assert engine_bytes(WORK) == 2 * 1000 * 100 + 2 * (50_000 + 44 * 1000 + 200 * 100)
    wide = replace(WORK, n_samples=300)
    assert engine_bytes(wide) == 3 * 1000 * 300 + 2 * (50_000 + 44 * 1000 + 200 * 300)


@pytest.mark.parametrize("shape", [(600, 600, 120), (200, 150, 800), (1500, 400, 200)])
@pytest.mark.parametrize("method", [name for name in METHODS if not METHODS[name].members])
def test_engine_bytes__are_those_that_an_engine_holds(method, shape):
    """Held while targets are scored, and of precision while its factors are made too."""
    n_genes, n_regulators, n_samples = shape
    values = np.random.default_rng(0).normal(size=(n_genes, n_samples))
    genes, samples = (
        tuple(f"{letter}{i:04d}" for i in range(n))
        for letter, n in (("g", n_genes), ("s", n_samples))
    )
    series = SampleSheet.of_rows(("course", i, (), "", "", "") for i in range(n_samples))
    expression = Expression(values, genes, samples, sheet=series)
    plan = InferencePlan(
        open_expression=lambda: expression,
        regulators=np.arange(n_regulators, dtype=np.int32),
        targets=np.arange(METHODS[method].block_size, dtype=np.int32),
        forest=ForestSpec(method, n_trees=2),
        layout=LayoutSpec(n_threads=1),
    )
    warm_up(new_engine(plan), lambda step: None)  # what is compiled and imported stays
    tracemalloc.start()
    try:
        engine = new_engine(plan)
        if method != PRECISION:  # ranks and orders are made of a few genes at a time
            tracemalloc.reset_peak()
        infer_block(plan, engine, plan.blocks()[0])
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    work = Workload(n_genes, n_samples, n_regulators, n_genes, method=method, n_trees=2)
    assert 0.75 * held <= engine_bytes(work) <= 2.0 * held


def test_engine_bytes__of_sparse_counts_and_many_threads_are_those_that_an_engine_holds():
    n_genes, n_samples, n_threads = 1500, 8300, 16
    rng = np.random.default_rng(0)
    values = rng.integers(1, 4, (n_genes, n_samples)) * (rng.random((n_genes, n_samples)) < 0.24)
    genes, samples = (
        tuple(f"{letter}{i:04d}" for i in range(n))
        for letter, n in (("g", n_genes), ("s", n_samples))
    )
    expression = Expression(values.astype(np.float64), genes, samples)
    regulators, candidates = (np.arange(n, dtype=np.int32) for n in (n_genes, n_genes - 1))
    response = rng.normal(size=n_samples)
    CompiledForests(expression, regulators[:3], ForestSpec()).warm_up()
    tracemalloc.start()
    try:
        engine = CompiledForests(expression, regulators, ForestSpec())
        tracemalloc.reset_peak()
        held_together = [
            engine.grow(response, candidates, n_trees=1, seed=seed) for seed in range(n_threads)
        ]
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(held_together) == n_threads
    work = Workload(n_genes, n_samples, n_genes, n_genes, n_trees=1, n_threads=n_threads)
    assert 0.75 * held <= engine_bytes(work) <= 2.0 * held


def test_memory_need__scikit_learn_in_many_processes_holds_the_data_many_times():
    work = Workload(50_000, 200, 50_000, 1000, engine=SCIKIT_LEARN, n_trees=100)
    tried = pilot(n_genes_read=50_000)
    one = memory_need(work, tried, measured_as=work, n_links=1000).compute_bytes
    many = replace(work, n_processes=32)
    found = memory_need(many, tried, measured_as=work, n_links=1000).compute_bytes
    assert found - one > 31 * 8 * 50_000 * 200


@given(
    a=st.integers(1, 100_000),
    b=st.integers(1, 100_000),
    field=st.sampled_from(["n_trees", "n_threads", "n_processes", "n_regulators", "n_targets"]),
    engine=st.sampled_from(ENGINES.names()),
)
def test_memory_need__more_of_anything_never_needs_less(a, b, field, engine):
    few, many = sorted((a, b))
    start = replace(WORK, engine=engine, n_genes=100_000)

    def need(value):
        work = replace(start, **{field: value})
        return memory_need(work, pilot(), measured_as=start, n_links=work.n_links())

    assert need(few).peak_bytes <= need(many).peak_bytes


def test_disk_need__parts_and_overflow_are_there_meanwhile():
    found = disk_need(WORK, 20_000_000)
    assert found.result_bytes == pytest.approx(100e6, rel=0.01)
    assert found.peak_bytes == pytest.approx(found.result_bytes + 124e6 + 240e6)


def test_memory_need__of_evidence_counts_null_importances_and_halves():
    loads = replicate_loads(ConfidenceSpec(), ForestSpec(), 999)
    many = replace(WORK, n_genes=50_000, n_regulators=50_000)
    judged = replace(many, replicates=loads)
    without, having = (
        memory_need(work, pilot(), measured_as=many, n_links=1000) for work in (many, judged)
    )
    data = 8.0 * 50_000 * 100  # two halves of the samples
    assert having.compute_bytes - without.compute_bytes == pytest.approx(data)
    nulls = 4.0 * 2048 * 50_000
    assert nulls < having.write_bytes - without.write_bytes < 2 * nulls


def test_disk_need__of_evidence_is_larger():
    judged = replace(WORK, replicates=replicate_loads(ConfidenceSpec(), ForestSpec(), 1000))
    plain, found = disk_need(WORK, 1_000_000), disk_need(judged, 1_000_000)
    assert found.result_bytes > 2 * plain.result_bytes
    n_replicates = 1024 * 999 + 20 * 1000 * 32
    assert found.peak_bytes - plain.peak_bytes > 6 * n_replicates
