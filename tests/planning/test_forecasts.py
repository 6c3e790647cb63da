import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.confidence.costs import replicate_work
from genie3_engine.model import IN_VIVO, ConfidenceSpec, ForestSpec
from genie3_engine.planning import Experience, OwnProcess, Pilot, catalogue, forecast, offers
from genie3_engine.planning.forecasts import links_written
from genie3_engine.planning.workloads import workload_of
from tests.planning.pilots import MACHINE, pilot, shape, spec

NOTHING = Experience()


def test_forecast__adds_up(tmp_path):
    found = forecast(spec(), shape(), pilot(), past=NOTHING, home_folder=tmp_path)
    assert found.wall_seconds == pytest.approx(sum(found.step_seconds.values()), rel=1e-9)
    assert found.low_seconds < found.wall_seconds < found.high_seconds
    assert found.raw_seconds == found.wall_seconds
    assert found.n_links == 1000 * 999
    assert found.fits
    assert "of 16.0 GB of memory" in found.reason
    json.dumps(found.to_dict(), allow_nan=False)


def test_forecast__learns(tmp_path):
    learned = Experience(n_runs=20, factor=2.0, memory_factor=1.5, error=0.3, median_miss=0.1)
    plain = forecast(spec(), shape(), pilot(), past=NOTHING, home_folder=tmp_path)
    found = forecast(spec(), shape(), pilot(), past=learned, home_folder=tmp_path)
    assert found.step_seconds["computing"] == 2 * plain.step_seconds["computing"]
    assert found.step_seconds["starting"] == plain.step_seconds["starting"]
    assert found.raw_seconds == plain.raw_seconds
    assert found.memory_bytes == pytest.approx(1.5 * plain.memory_bytes)
    assert found.relative_error > plain.relative_error


def test_forecast__of_a_process_that_has_read_a_file(tmp_path):
    own = OwnProcess(starting_seconds=7.0, held_bytes=140 * 10**6, peak_bytes=150 * 10**6)
    plain = forecast(spec(), shape(), pilot(), past=NOTHING, home_folder=tmp_path)
    found = forecast(spec(), shape(), pilot(), past=NOTHING, own=own, home_folder=tmp_path)
    assert found.wall_seconds - plain.wall_seconds == pytest.approx(6.5)
    assert found.memory_bytes - plain.memory_bytes == pytest.approx(60e6)
    large = replace(own, peak_bytes=10**10)
    found = forecast(spec(), shape(), pilot(), past=NOTHING, own=large, home_folder=tmp_path)
    assert found.memory_bytes == 10**10


def test_forecast__says_when_memory_does_not_do(tmp_path):
    small = pilot(machine={**MACHINE, "memory_bytes": 2 * 10**8})
    found = forecast(spec(), shape(), small, past=NOTHING, home_folder=tmp_path)
    assert not found.fits
    assert "this machine has 0.2 GB" in found.reason


def test_forecast__says_what_is_measured_and_assumed(tmp_path):
    calm = forecast(spec(), shape(), pilot(), past=NOTHING, home_folder=tmp_path)
    assert "10 random targets with 100 trees" in calm.measured()[0]
    assert len(calm.measured()) == 2
    assert len(calm.assumed()) == 1
    busy = forecast(
        spec(500), shape(), pilot(slot_seconds=40.0), past=NOTHING, home_folder=tmp_path
    )
    assert "Other programs took 75%" in busy.measured()[2]
    assert "from 100 tried to 500" in busy.assumed()[1]


@pytest.fixture
def in_vivo(tmp_path):
    """The forecast of a run that combines two networks."""
    boosting = pilot(n_trees=5000, links_share=0.5)
    precision = pilot(slot_seconds=0.1, target_seconds=(0.01,) * 10, compute_bytes=250 * 10**6)
    whole = Pilot.of_members([boosting, precision], n_trees=1000)
    run = replace(spec(), forest=ForestSpec(IN_VIVO))
    return forecast(run, shape(), whole, past=NOTHING, home_folder=tmp_path)


def test_forecast__of_combined_networks_is_their_sum_and_the_combination(in_vivo):
    assert [member.work.method for member in in_vivo.members] == ["GRNBoost2", "precision"]
    parts = sum(member.wall_seconds for member in in_vivo.members)
    combination = sum(in_vivo.combination_seconds.values())
    assert combination > 1.0
    assert in_vivo.wall_seconds == pytest.approx(parts + combination)
    assert in_vivo.wall_seconds == pytest.approx(sum(in_vivo.step_seconds.values()))
    assert in_vivo.low_seconds < in_vivo.wall_seconds < in_vivo.high_seconds
    assert in_vivo.n_links == 1000 * 999  # each pair is in one of the lists


def test_forecast__of_combined_networks_holds_them_one_after_the_other(in_vivo):
    each = [member.on_tasks(n_tasks=4, n_cores=1) for member in in_vivo.members]
    on_tasks = in_vivo.on_tasks(n_tasks=4, n_cores=1)
    assert on_tasks.task_seconds == pytest.approx(sum(one.task_seconds for one in each))
    combining = sum(in_vivo.combination_seconds.values())
    assert on_tasks.merge_seconds == sum(one.merge_seconds for one in each) + combining
    held = [member.memory_bytes for member in in_vivo.members]
    assert max(held) <= in_vivo.memory_bytes < sum(held)
    assert in_vivo.disk_bytes > sum(member.disk_bytes for member in in_vivo.members)
    assert in_vivo.peak_disk_bytes > in_vivo.disk_bytes


def test_forecast__of_combined_networks_keeps_that_of_each(in_vivo):
    values = json.loads(json.dumps(in_vivo.to_dict(), allow_nan=False))
    kept = [member["wall_seconds"] for member in values["members"].values()]
    assert kept == [member.wall_seconds for member in in_vivo.members]
    assert values["combination"]["n_targets"] == 1000
    assert "GRNBoost2: 10 random targets with 5,000 trees" in in_vivo.measured()[0]
    assert "Precision: 10 random targets took" in in_vivo.measured()[1]


def test_forecast__of_combined_networks_is_for_this_machine_only(in_vivo):
    assert offers(in_vivo, catalogue()) == []


def test_links_written__more_trees_reach_more_regulators():
    half = pilot(links_share=0.5)
    assert links_written(workload_of(spec(100), 1001, 10), half) == 1001 * 500
    assert links_written(workload_of(spec(200), 1001, 10), half) == 1001 * 750
    assert links_written(workload_of(spec(200, keep=10), 1001, 10), half) == 10010


@given(
    a=st.integers(1, 5000),
    b=st.integers(1, 5000),
    share=st.floats(0.01, 1.0),
    fixed=st.floats(0.0, 0.8),
)
def test_forecast__more_trees_never_need_less(a, b, share, fixed, tmp_path_factory):
    few, many = sorted((a, b))
    tried = pilot(links_share=share, fixed_seconds=fixed)
    home = tmp_path_factory.getbasetemp()
    less, more = (
        forecast(spec(trees), shape(), tried, past=NOTHING, home_folder=home)
        for trees in (few, many)
    )
    assert less.wall_seconds <= more.wall_seconds
    assert less.memory_bytes <= more.memory_bytes
    assert less.disk_bytes <= more.disk_bytes
    assert less.n_links <= more.n_links


def test_forecast__includes_the_evidence(tmp_path):
    def of(confidence):
        return forecast(
            spec(confidence=confidence), shape(), pilot(), past=NOTHING, home_folder=tmp_path
        )

    plain, both = of(None), of(ConfidenceSpec())
    assert plain.evidence_steps == {}
    assert list(both.evidence_steps) == ["nulls", "halves", "evidence"]
    assert both.wall_seconds - plain.wall_seconds == pytest.approx(
        sum(both.evidence_steps.values())
    )
    nulls, targets = both.step_seconds["nulls"], both.step_seconds["computing"]
    assert nulls == pytest.approx(1.024 * replicate_work("nulls", ForestSpec()) * targets, rel=0.01)
    assert 0.4 * targets < both.step_seconds["halves"] < 0.8 * targets
    assert both.memory_bytes > plain.memory_bytes
    assert both.disk_bytes > plain.disk_bytes
    assert both.peak_disk_bytes > plain.peak_disk_bytes
    assert "null forest (1,024)" in " ".join(both.assumed())
    assert list(of(ConfidenceSpec(stability=False)).evidence_steps) == ["nulls", "evidence"]
