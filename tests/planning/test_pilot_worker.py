import subprocess
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import planning, runs, worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import open_dataset, save_dataset
from genie3_engine.errors import RunInterruptedError
from genie3_engine.jobs.status import JobState, JobStatus
from genie3_engine.model import (
    IN_VIVO,
    SCIKIT_LEARN,
    TIME_SERIES,
    ForestSpec,
    LayoutSpec,
    RunSpec,
)
from genie3_engine.planning import pilot_worker
from genie3_engine.planning.pilot import Pilot
from genie3_engine.planning.pilot_job import PilotFolder, PilotSpec, pilot_folder
from genie3_engine.planning.pilot_worker import HasCompiledError, main, try_out
from genie3_engine.store.run_folder import RunFolder
from tests.time_series_data import small_series


@pytest.fixture
def run(home):
    values = np.random.default_rng(0).normal(size=(20, 20))
    names = tuple(f"g{i:02d}" for i in range(20)), tuple(f"s{i:02d}" for i in range(20))
    return RunSpec(
        save_dataset(Expression(values, *names)),
        forest=ForestSpec(n_trees=30, engine=SCIKIT_LEARN),
        layout=LayoutSpec(n_jobs=1),
    )


def test_try_out__measures_targets_of_the_run(run):
    chosen = replace(run, targets=("g01", "g05", "g07"))
    found = try_out(chosen, seed=1, budget_seconds=0.2)
    assert 1 <= found.n_targets <= 3
    assert 20 <= found.n_trees <= 30
    assert found.targets_at_once == 1
    assert 0 < found.mean_seconds < 5
    assert 0 < found.links_share <= 1
    assert set(found.step_seconds) == {"starting", "reading", "preparing", "compiling", "writing"}
    assert all(seconds >= 0 for seconds in found.step_seconds.values())
    assert found.compute_bytes >= found.start_bytes > 10**7
    assert found.write_bytes > 10**7


def test_try_out__measures_each_network_inside_the_run(run):
    found = try_out(replace(run, forest=ForestSpec(IN_VIVO)), seed=1, budget_seconds=0.1)
    assert [member.n_trees for member in found.members] == [5000, 1000]
    assert found.mean_seconds == pytest.approx(
        sum(member.mean_seconds for member in found.members), rel=0.5
    )
    assert found.n_links == sum(member.n_links for member in found.members)
    assert Pilot.from_dict(found.to_dict()) == found


def test_try_out__measures_time_series_with_their_steady_states(home):
    """The forecast has as many links as the run then writes."""
    dataset = save_dataset(small_series())
    spec = RunSpec(dataset, forest=ForestSpec(TIME_SERIES, n_trees=30))
    found = try_out(spec, seed=1, budget_seconds=0.2)
    assert (found.n_targets, found.n_trees) == (8, 30)
    assert found.mean_seconds > 0
    expected = planning.forecast(spec, open_dataset(dataset), found, home_folder=home)
    assert expected.wall_seconds == pytest.approx(sum(expected.step_seconds.values()))
    assert "8 random targets with 30 trees" in expected.measured()[0]
    folder = RunFolder(runs.create(spec, home / "runs" / "one"))
    worker.run(folder.path)
    targets = folder.finished_targets().values()
    assert expected.n_links == pytest.approx(sum(row.n_links for row in targets), rel=0.1)


@pytest.fixture
def folder(run):
    path = pilot_folder(run).path
    return PilotFolder.create(path, PilotSpec(run, budget_seconds=0.2), JobStatus(JobState.QUEUED))


def test_run__measures_in_another_process_what_this_one_has_compiled(folder, monkeypatch):
    def compiling(*_, **__):
        raise HasCompiledError

    commands = []

    def child(command, **_):
        commands.append(command)
        return subprocess.CompletedProcess(command, returncode, stderr="a warning\nno memory.\n")

    monkeypatch.setattr(pilot_worker, "try_out", compiling)
    monkeypatch.setattr(pilot_worker.subprocess, "run", child)
    returncode = 0
    assert main([str(folder.path)]) == 0
    assert commands[0][-2:] == [str(folder.path), "--again"]
    assert folder.read_status().state is JobState.DONE
    returncode = 1
    assert main([str(folder.path)]) == 1
    assert folder.read_status().error.message == "The pilot run failed: no memory."


def test_main__measures_again_without_taking_the_job(folder, run):
    assert main([str(folder.path), "--again"]) == 0
    assert folder.read_status() == JobStatus(JobState.QUEUED)
    assert planning.find(run) is not None


def test_try_out__ends_when_it_is_asked_to_stop(run):
    with pytest.raises(RunInterruptedError):
        try_out(run, seed=1, budget_seconds=0.2, should_stop=lambda: True)
