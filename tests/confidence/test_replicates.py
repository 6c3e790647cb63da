"""Tests of replicate targets."""

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.confidence.replicates import (
    ReplicatePlan,
    compute_replicates,
    missing_replicates,
    read_replicates,
    replicate_targets,
    require_replicates,
)
from genie3_engine.errors import RunError
from genie3_engine.inference.layout import InferencePlan
from genie3_engine.model import ForestSpec, LayoutSpec
from tests.simulated_networks import tiny_expression

DATASET = "a" * 64
REGULATORS = np.array([1, 4, 6], np.int32)


class CountingEngine:
    """Scores the replicate target of a number by that number; the first one has no link."""

    def importance(self, target):
        return np.array([0.0, target, 2.0 * target]), 0.5


def counting_engine(expression, regulators, forest, *, n_jobs):
    return CountingEngine()


PLAN = ReplicatePlan("nulls", [f"null {n}" for n in range(7)], counting_engine, None)


def inference(**layout):
    return InferencePlan(
        open_expression=tiny_expression,
        regulators=REGULATORS,
        targets=np.zeros(0, np.int32),
        forest=ForestSpec(),
        layout=LayoutSpec(**{"n_threads": 1, **layout}),
    )


def compute(folder, plan=PLAN, numbers=None, **layout):
    base = inference(**layout)
    missing = missing_replicates(plan, folder, DATASET, layout=base.layout)
    if numbers is not None:
        missing = np.array(numbers, np.int32)
    return compute_replicates(plan, missing, folder, inference=base, dataset=DATASET)


def stored(*folders, plan=PLAN):
    """The links of each replicate target, by number."""
    found = {}
    for links in read_replicates(plan, folders, DATASET):
        for number in np.unique(links.numbers).tolist():
            assert number not in found
            of = links.numbers == number
            found[number] = (links.regulators[of].tolist(), links.importance[of].tolist())
    return found


EXPECTED = {n: ([6, 4], [2.0 * n, 1.0 * n]) for n in range(1, 7)}


def test_compute_replicates__stores_the_links_of_each(tmp_path):
    assert compute(tmp_path) == 7
    assert stored(tmp_path) == EXPECTED
    assert [path.name for path in tmp_path.iterdir()] == ["nulls"]


def test_compute_replicates__keeps_the_strongest(tmp_path):
    plan = ReplicatePlan(PLAN.name, PLAN.names, PLAN.build, keep=1)
    compute(tmp_path, plan)
    assert stored(tmp_path) == {n: ([6], [2.0 * n]) for n in range(1, 7)}


def test_compute_replicates__tells_of_each(tmp_path):
    told = []
    missing = missing_replicates(PLAN, tmp_path, DATASET, layout=LayoutSpec())
    compute_replicates(
        PLAN,
        missing,
        tmp_path,
        inference=inference(),
        dataset=DATASET,
        on_computed=lambda seconds, is_on_disk: told.append((seconds >= 0, is_on_disk)),
    )
    assert told == [(True, False)] * 7


def test_missing_replicates__are_what_no_part_holds(tmp_path):
    compute(tmp_path, numbers=[0, 5])
    missing = missing_replicates(PLAN, tmp_path, DATASET, layout=LayoutSpec())
    assert missing.tolist() == [1, 2, 3, 4, 6]
    compute(tmp_path)
    assert stored(tmp_path) == EXPECTED


def test_missing_replicates__of_shards_are_all_of_them(tmp_path):
    folders = [tmp_path / str(index) for index in range(3)]
    for index, folder in enumerate(folders):
        compute(folder, shard_index=index, n_shards=3)
    assert stored(*folders) == EXPECTED
    require_replicates(PLAN, folders, DATASET)
    with pytest.raises(RunError, match=r"2 of 7 nulls are missing") as caught:
        require_replicates(PLAN, folders[:2], DATASET)
    assert "Resume" in caught.value.remedy


def test_read_replicates__takes_one_that_was_written_twice_once(tmp_path):
    compute(tmp_path, numbers=[1, 2])
    compute(tmp_path, numbers=[2, 3])
    assert sorted(stored(tmp_path)) == [1, 2, 3]


def test_read_replicates__takes_none_of_another_plan_for_its_own(tmp_path):
    names = ["null of another kind", PLAN.names[4]]
    compute(tmp_path, ReplicatePlan(PLAN.name, names, PLAN.build, None))
    assert stored(tmp_path) == {4: ([6, 4], [2.0, 1.0])}  # known by its name, as 1 there
    missing = missing_replicates(PLAN, tmp_path, DATASET, layout=LayoutSpec())
    assert missing.tolist() == [0, 1, 2, 3, 5, 6]
    assert [row.target for row in replicate_targets(PLAN, [tmp_path], DATASET)] == ["null 4"]


def test_compute_replicates__in_blocks_stores_the_same(tmp_path):
    compute(tmp_path, replace(PLAN, per_block=3))
    assert stored(tmp_path) == EXPECTED


def test_read_replicates__refuses_a_damaged_part(tmp_path):
    compute(tmp_path)
    part = next((tmp_path / "nulls").iterdir())
    whole = part.read_bytes()
    part.write_bytes(whole[:4] + bytes(40) + whole[44:])
    with pytest.raises(RunError, match="cannot be read"):
        stored(tmp_path)
