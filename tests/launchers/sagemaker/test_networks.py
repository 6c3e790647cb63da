"""The network of many hosts is the local one, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import runs, worker
from genie3_engine.data.prepare import read_expression
from genie3_engine.data.simulate import simulate_network
from genie3_engine.model import ConfidenceSpec, JobState, LayoutSpec
from tests import waiting
from tests.conftest import ROOT

pytestmark = pytest.mark.slow(12, waits=True)

DREAM4 = ROOT.parent / "shared/data/dream4_size100/insilico_size100_1_multifactorial.tsv"
N_TREES = 50
N_HOSTS = 2  # of a run that is disturbed
STABILITY = ConfidenceSpec(p_values=False)
BUSY_SECONDS = 3.0  # parts are written every two seconds


def dream4():
    """DREAM4's first network of 100 genes where it is on this machine, else one like it."""
    if DREAM4.is_file():
        return read_expression(DREAM4)[0]
    return simulate_network(100, 100, seed=4).expression


class Local:
    """The undisturbed local run of some number of trees: its links, and its time.

    Only the shortest has evidence, which takes as long as a dozen runs.
    """

    def __init__(self, folder):
        self._folder = folder
        self._runs = {}

    def run(self, n_trees):
        if n_trees not in self._runs:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("GENIE3_HOME", str(self._folder / "home"))
                expression = dream4()
                spec = runs.build_run_spec(expression, dataset=runs.save_dataset(expression))
                confidence = STABILITY if n_trees == N_TREES else None
                spec = replace(
                    spec, forest=replace(spec.forest, n_trees=n_trees), confidence=confidence
                )
                self._runs[n_trees] = runs.create(spec, self._folder / f"{n_trees}")
                worker.run(self._runs[n_trees])
        return self._runs[n_trees]

    def links(self, n_trees):
        return links(self.run(n_trees))

    def trees_for(self, seconds):
        """Trees that keep each host, with one thread, busy for some time on a quiet machine."""
        measured = runs.timings(self.run(N_TREES))["target_seconds"]
        return max(N_TREES, round(N_TREES * N_HOSTS * seconds / measured))


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    return Local(tmp_path_factory.mktemp("local"))


@pytest.fixture
def disturbed(spec_of, local, tmp_path, wait_until, ended):
    """Disturb a run once parts of it are finished, and wait until it has ended.

    A run may be done before the disturbance comes: it is repeated with twice as many trees.
    """

    def begin(disturb, *, is_disturbed, **changes):
        n_trees = local.trees_for(BUSY_SECONDS)
        while True:
            spec = spec_of(dream4(), n_trees=n_trees, instances=N_HOSTS, **changes)
            spec = replace(spec, layout=LayoutSpec(n_threads=1))
            run = runs.start(spec, folder=tmp_path / f"run of {n_trees}")
            wait_until(run, lambda status: status.step == "computing" or not status.state.is_live)
            n_here = waiting.wait_until(lambda run=run: runs.collect(run)[0])  # of what is finished
            wait_until(run, lambda status: status.targets_done > 0)  # a host counts after it writes
            disturb(runs.launcher_of(run).view(run).job)
            if is_disturbed(run, ended(run)):
                return run, n_here, n_trees
            n_trees *= 2

    return begin


def links(run):
    return (run / "links.parquet").read_bytes()


def test_network__of_three_hosts_is_the_local_one(spec_of, tmp_path, ended, local):
    spec = replace(spec_of(dream4(), n_trees=N_TREES, instances=3), confidence=STABILITY)
    run = runs.start(spec, folder=tmp_path / "run")
    assert ended(run).state is JobState.DONE
    assert links(run) == local.links(N_TREES)
    evidence = [(each / "evidence.parquet").read_bytes() for each in (run, local.run(N_TREES))]
    assert evidence[0] == evidence[1]
    view, timings = runs.launcher_of(run).view(run), runs.timings(run)
    assert [host.name for host in view.hosts] == ["algo-1", "algo-2", "algo-3"]
    assert {len(view.hosts), len(view.host_names), view.billing["n_instances"]} == {3}
    assert view.is_bill_final
    assert timings["billing"]["billable_seconds"] > 0
    assert timings["billing"]["dollars"] > 0
    assert timings["billing"]["usd_an_hour"] == 0.23
    assert {"launching", "downloading", "computing", "collecting"} <= timings["seconds"].keys()
    assert timings["targets_computed"] == 100
    assert runs.log_tail(run, host="algo-2").startswith("algo-2: shard 2 of 3")


def test_network__survives_a_spot_interruption(disturbed, emulator, local):
    def was_interrupted(run, _):
        return runs.launcher_of(run).view(run).n_interruptions > 0

    run, n_before, n_trees = disturbed(emulator.interrupt, is_disturbed=was_interrupted, spot=True)
    assert runs.status(run).state is JobState.DONE
    view = runs.launcher_of(run).view(run)
    assert (view.n_interruptions, view.n_jobs) == (1, 1)
    assert sum(host.timings["targets_computed"] for host in view.hosts) <= 100 - n_before
    assert links(run) == local.links(n_trees)


def test_network__survives_the_death_of_a_host(disturbed, emulator, ended, local):
    run, _, n_trees = disturbed(
        lambda job: emulator.kill(job, "algo-2"),
        is_disturbed=lambda _, status: status.targets_done < 100,
    )
    status = runs.status(run)
    assert status.state is JobState.LOST
    assert "An instance was terminated unexpectedly" in status.error.message
    assert "exit code: 137" in status.error.message
    assert 0 < status.targets_done < 100
    assert not (run / "links.parquet").exists()

    runs.launcher_of(run).change(run, {"instances": N_HOSTS + 1})
    runs.resume(run)
    assert ended(run).state is JobState.DONE
    assert links(run) == local.links(n_trees)
    assert runs.timings(run)["billing"]["n_jobs"] == 2
