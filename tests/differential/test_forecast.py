from __future__ import annotations

import time
from dataclasses import replace

import pytest

from genie3_engine import differential, planning
from genie3_engine.differential import (
    Choices,
    find_forecast,
    forecast,
    lifecycle,
    of_column,
    pilot_specs,
    worker,
)
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import ComparisonSpec, Group
from genie3_engine.jobs.machine import machine
from genie3_engine.launchers.machine_needs import claim_of
from genie3_engine.model import ForestSpec, LayoutSpec
from genie3_engine.planning.forecast_history import past
from genie3_engine.planning.pilot import Pilot, keep, pilot_file
from tests.differential.two_groups import split, stored, two_groups


def keep_pilot(run, seconds=0.1, **values):
    """Store what a pilot of a run would have measured, a moment ago."""
    steps = ("starting", "reading", "preparing", "compiling", "writing")
    pilot = Pilot(
        measured_at=time.time(),
        machine={"usable_cores": 1, "memory_bytes": 8e9, "processor": "x"},
        n_trees=run.forest.n_trees,
        targets_at_once=1,
        n_workers=1,
        target_seconds=(seconds,) * 4,
        fixed_seconds=0.0,
        slot_seconds=4 * seconds,
        step_seconds=dict.fromkeys(steps, 0.2),
        links_share=1.0,
        n_links=4,
        n_genes_read=10,
        start_bytes=10**8,
        compute_bytes=2 * 10**8,
        rest_bytes=10**8,
        write_bytes=10**8,
        wall_seconds=1.0,
    )
    keep(replace(pilot, **values), pilot_file(run))


def test_forecast__is_of_two_forests_for_each_labelling(spec):
    assert find_forecast(spec) is None
    (run,) = pilot_specs(spec)
    assert (run.regulators, run.targets) == (spec.regulators, None)
    keep_pilot(run)
    found = find_forecast(spec)
    assert found.n_forests == 220
    assert found.wall_seconds == pytest.approx(1.0 + 11 * 10 * 0.1, rel=0.05)
    assert found.low_seconds < found.wall_seconds < found.high_seconds
    assert found.refining_seconds == pytest.approx(5 * 0.1 * 10 * 0.1, rel=0.05)
    assert found.memory_bytes > 2e8


def test_memory_by_size__is_claimed_without_pilots_where_there_are_limits(spec, home):
    folder = ComparisonFolder.open(lifecycle.create(spec))
    assert claim_of(folder).memory_bytes == 0.0
    (home / "limits.toml").write_text("[machine]\nruns = 2\n")
    claimed = claim_of(folder).memory_bytes
    for run in pilot_specs(spec):
        keep_pilot(run)
    assert find_forecast(spec).memory_bytes / 3 < claimed < 2e9


def test_on_tasks__shares_the_forests_of_all_steps(spec):
    (run,) = pilot_specs(spec)
    keep_pilot(run, seconds=10.0)
    found = find_forecast(spec)
    assert (found.n_targets, found.n_steps) == (10, 3)
    one, five = (found.on_tasks(n_tasks=n_tasks, n_cores=1) for n_tasks in (1, 5))
    n_networks = 11 + 0.1 * 5
    assert one.computing_seconds == pytest.approx(n_networks * 10 * 10.0, rel=0.05)
    assert five.computing_seconds == pytest.approx(one.computing_seconds / 5, rel=0.05)
    assert one.task_seconds > one.computing_seconds + 3 * 0.4  # each step starts
    assert one.low_seconds < one.wall_seconds < one.high_seconds
    assert one.memory_bytes >= found.memory_bytes
    many = replace(spec, top=100_000)
    without = find_forecast(replace(many, n_more=0))
    assert find_forecast(replace(many, n_more=500)).memory_bytes > without.memory_bytes + 4e8
    assert "220 forests" in found.words
    assert "further permutations" in found.words
    assert found.to_dict()["n_forests"] == 220


def test_forecast__of_some_samples_takes_their_share_of_the_time(home, choices):
    third = tuple("abc"[number % 3] for number in range(90))
    spec = of_column(stored(two_groups(45, third=third)), "third", ("a", "b"), choices)
    (run,) = pilot_specs(spec)
    keep_pilot(run)
    found = find_forecast(spec)
    assert found.wall_seconds == pytest.approx(1.0 + 11 * 10 * 0.1 * 2 / 3, rel=0.05)
    assert any("67%" in sentence for sentence in found.sentences)


def test_forecast__of_two_data_sets_needs_a_pilot_of_each(home):
    well, ill = split(two_groups())
    spec = ComparisonSpec(
        Group("well", stored(well)),
        Group("ill", stored(replace(ill, values=ill.values[:-1], genes=ill.genes[:-1]))),
        forest=ForestSpec(n_trees=10),
        layout=LayoutSpec(n_threads=1),
    )
    runs = pilot_specs(spec)
    assert {len(run.regulators) for run in runs} == {9}
    keep_pilot(runs[0])
    assert find_forecast(spec) is None
    keep_pilot(runs[1], 0.3)
    assert find_forecast(spec).wall_seconds == pytest.approx(1.0 + 51 * 9 * 0.4, rel=0.05)


def test_measure__waits_for_pilots(spec, monkeypatch):
    asked = []

    def measure(run, **options):
        asked.append(options["seed"])
        keep_pilot(run)
        return planning.find(run)

    monkeypatch.setattr(forecast.planning, "measure", measure)
    assert forecast.measure_forecast(spec).n_forests == 220
    assert asked == [spec.forest.seed]


def test_choices__default_to_the_numbers_of_the_program():
    assert (Choices().n_permutations, Choices().n_more) == (50, 200)


def test_forecast__learns_from_comparisons_that_are_done(spec, home):
    for run in pilot_specs(spec):
        keep_pilot(run, machine=machine())
    before = find_forecast(spec)
    folder = differential.create(spec)
    worker.run(folder)
    (outcome,) = past()
    assert outcome.where.endswith("comparison")
    assert outcome.raw_seconds == pytest.approx(before.raw_seconds)
    assert outcome.bytes_held > 1e7
    after = find_forecast(spec)
    assert (after.wall_seconds < before.wall_seconds) == (outcome.ratio < 1)
    assert after.raw_seconds == before.raw_seconds
