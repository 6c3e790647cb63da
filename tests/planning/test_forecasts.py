import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.planning import Experience, OwnProcess, forecast, remember
from genie3_engine.planning import pilot as kept
from genie3_engine.planning.forecast_history import FILE
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


def test_remember__only_where_a_pilot_was_measured(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    remember(run, spec(), shape(), home_folder=tmp_path)
    assert not (run / FILE).exists()
    kept.keep(pilot(measured_at=time.time()), kept._file(spec(), tmp_path))
    remember(run, spec(700), shape(), home_folder=tmp_path)
    assert json.loads((run / FILE).read_text())["n_trees"] == 700


def test_remember__lets_the_run_start_when_a_pilot_is_damaged(tmp_path, caplog):
    damaged = pilot(measured_at=time.time(), step_seconds={"starting": "soon"})
    kept.keep(damaged, kept._file(spec(), tmp_path))
    run = tmp_path / "run"
    run.mkdir()
    remember(run, spec(), shape(), home_folder=tmp_path)
    assert not (run / FILE).exists()
    assert "The run has no forecast" in caplog.text


def test_remember__rented_instances_but_not_an_emulators(tmp_path):
    options = {"instance_type": "ml.c5.xlarge", "instances": 3}
    rented = replace(spec(), launcher="sagemaker", launcher_options=options)
    kept.keep(pilot(measured_at=time.time()), kept._file(rented, tmp_path))
    remember(tmp_path, rented, shape(), home_folder=tmp_path)
    found = json.loads((tmp_path / FILE).read_text())
    assert (found["instance_type"], found["n_instances"]) == ("ml.c5.xlarge", 3)
    assert found["wall_seconds"] > 200
    assert found["dollars"] > 0
    (tmp_path / FILE).unlink()
    played = replace(rented, launcher_options={**options, "endpoint_url": "http://localhost:1"})
    remember(tmp_path, played, shape(), home_folder=tmp_path)
    assert not (tmp_path / FILE).exists()


def test_find__no_pilot_of_long_ago_or_of_another_forest(tmp_path):
    kept.keep(pilot(measured_at=time.time()), kept._file(spec(), tmp_path))
    assert kept.find(spec(5), home_folder=tmp_path) is not None
    assert kept.find(replace(spec(), regulators=("a",)), home_folder=tmp_path) is None
    assert kept.find(spec(n_threads=3), home_folder=tmp_path) is None
    kept.keep(pilot(measured_at=time.time() - 10_000), kept._file(spec(), tmp_path))
    assert kept.find(spec(), home_folder=tmp_path) is None


def test_pilot__round_trip_and_numbers():
    made = pilot()
    assert kept.Pilot.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert made.mean_seconds == pytest.approx(1.0)
    assert made.spread_seconds == pytest.approx(0.2108, abs=1e-4)
    assert made.core_share == 1.0
    assert pilot(slot_seconds=40.0).core_share == 0.25


def test_busyness__a_lucky_pilot_on_a_crowded_machine():
    assert pilot().busyness == 0.0
    assert pilot(slot_seconds=40.0).busyness == 0.75
    assert pilot(load=8.0).busyness == 0.375
    assert pilot(load=1.5).busyness == 0.0
