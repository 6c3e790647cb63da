"""Tests of the launcher on a real Slurm of this machine."""

from __future__ import annotations

import signal

import pytest

from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.launchers.slurm.queue import Queue
from genie3_engine.model import COMPILED, JobState
from tests.cluster.runs import send, workers
from tests.contracts.launcher_contract import LauncherContract
from tests.simulated_networks import endless_run, tiny_run
from tests.waiting import wait_until

OPTIONS = {"tasks": 2, "cpus": 1, "memory": "700M", "sbatch": ["--no-requeue"]}
PAUSE_SECONDS = 0.2


@pytest.fixture
def launcher(home, slurm):
    return SlurmLauncher(queue=Queue(pause_seconds=PAUSE_SECONDS))


@pytest.mark.slow(60, waits=True)
class TestSlurmLauncher(LauncherContract):
    @pytest.fixture
    def launcher(self, home, slurm):
        return SlurmLauncher(queue=Queue(pause_seconds=PAUSE_SECONDS))

    @pytest.fixture
    def again(self, home, slurm):
        return SlurmLauncher(queue=Queue(pause_seconds=PAUSE_SECONDS))

    @pytest.fixture
    def run(self, home, tmp_path):
        options = {"launcher": "slurm", "launcher_options": OPTIONS}
        return tiny_run(tmp_path / "run", engine=COMPILED, **options).path

    @pytest.fixture
    def endless(self, home, tmp_path):
        options = {"launcher": "slurm", "launcher_options": OPTIONS}
        return endless_run(tmp_path / "endless", **options).path

    def kill(self, launcher, run):
        """Kill both tasks, of which one may be at work before the other has begun."""
        wait_until(lambda: len(workers(run)) == OPTIONS["tasks"])
        send(signal.SIGKILL, run)

    def test_submit__takes_turns(self, launcher, endless, run):
        """Slurm decides: there is room for both."""
        launcher.submit(endless)
        self.wait_until_at_work(launcher, endless)
        launcher.submit(run)
        assert self.wait_until_ended(launcher, run).state is JobState.DONE
        assert launcher.status(endless).state is JobState.RUNNING
        launcher.cancel(endless)
        assert self.wait_until_ended(launcher, endless).state is JobState.CANCELLED
