"""Contract of launchers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from genie3_engine.errors import RunError
from genie3_engine.launchers.base import Launcher
from genie3_engine.model import COMPILED, JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import endless_run, tiny_run
from tests.waiting import HANG_SECONDS


class LauncherContract:
    """Inherited by the tests of each launcher, which gives `launcher`, `kill` and `let_time_pass`.

    The state of a run is its folder's: `again` is another instance that knows nothing else.
    """

    @pytest.fixture
    def launcher(self) -> Launcher:
        raise NotImplementedError

    @pytest.fixture
    def again(self, launcher: Launcher) -> Launcher:
        """Another launcher of the same kind, as after a restart of the page."""
        raise NotImplementedError

    def kill(self, launcher: Launcher, run: Path) -> None:
        """Let a run's worker vanish without a word."""
        raise NotImplementedError

    def let_time_pass(self, launcher: Launcher) -> None:
        """Wait for a moment."""
        time.sleep(0.05)

    @pytest.fixture
    def run(self, home: Path, tmp_path: Path) -> Path:
        return tiny_run(tmp_path / "run", engine=COMPILED).path  # it starts more quickly

    @pytest.fixture
    def endless(self, home: Path, tmp_path: Path) -> Path:
        return endless_run(tmp_path / "endless").path

    def wait(self, launcher: Launcher, run: Path, until: Callable[[RunStatus], bool]) -> RunStatus:
        """Ask for the status until it is as wanted."""
        deadline = time.monotonic() + HANG_SECONDS
        while not until(status := launcher.status(run)):
            assert time.monotonic() < deadline, f"still {status}"
            self.let_time_pass(launcher)
        return status

    def wait_until_at_work(self, launcher: Launcher, run: Path) -> RunStatus:
        return self.wait(launcher, run, lambda status: status.step == "computing")

    def wait_until_ended(self, launcher: Launcher, run: Path) -> RunStatus:
        """Wait for the end, and until the worker, which writes it first, has let the run go."""
        folder = RunFolder(run)
        return self.wait(
            launcher, run, lambda status: not (status.state.is_live or folder.is_locked)
        )

    def test_submit__leads_to_a_result(self, launcher, again, run):
        handle = launcher.submit(run)
        assert handle.launcher == launcher.name
        assert handle.job
        assert again.status(run).state in {JobState.QUEUED, JobState.RUNNING, JobState.DONE}
        status = self.wait_until_ended(again, run)
        assert (status.state, status.error) == (JobState.DONE, None)
        assert status.targets_done == status.targets_total == 8
        again.collect(run)
        assert (run / "links.parquet").is_file()
        assert (run / "targets.parquet").is_file()
        launcher.cancel(run)  # nothing to cancel any more
        assert launcher.status(run) == status
        with pytest.raises(RunError, match="done already"):
            launcher.submit(run)

    def test_logs__continue_where_they_ended(self, launcher, run):
        assert launcher.logs(run).text == ""
        launcher.submit(run)
        first = launcher.logs(run)
        self.wait_until_ended(launcher, run)
        rest = launcher.logs(run, first.end)
        whole = launcher.logs(run)
        assert whole.text == first.text + rest.text
        assert whole.text
        assert launcher.logs(run, rest.end) == replace(rest, text="")

    def test_cancel__stops_a_run_that_can_then_be_resumed(self, launcher, again, endless):
        launcher.submit(endless)
        self.wait_until_at_work(launcher, endless)
        with pytest.raises(RunError, match="at work"):
            again.submit(endless)
        with pytest.raises(RunError, match="not done"):
            again.collect(endless)
        again.cancel(endless)
        assert launcher.status(endless).state in {JobState.STOPPING, JobState.CANCELLED}
        status = self.wait_until_ended(launcher, endless)
        assert (status.state, status.error) == (JobState.CANCELLED, None)
        launcher.submit(endless)
        assert launcher.status(endless).state in {JobState.QUEUED, JobState.RUNNING}
        launcher.cancel(endless)
        assert self.wait_until_ended(again, endless).state is JobState.CANCELLED

    def test_status__of_a_run_whose_worker_vanished_is_lost(self, launcher, again, endless):
        launcher.submit(endless)
        self.wait_until_at_work(launcher, endless)
        self.kill(launcher, endless)
        status = self.wait_until_ended(again, endless)
        assert status.state is JobState.LOST
        assert status.error.code == "lost"
        assert "log ends with" in status.error.message
        assert "Resume" in status.error.remedy
        assert launcher.status(endless) == status
        with pytest.raises(RunError, match="not done"):
            launcher.collect(endless)

    def test_submit__takes_turns(self, launcher, endless, run):
        launcher.submit(endless)
        launcher.submit(run)
        self.wait_until_at_work(launcher, endless)
        assert launcher.status(run).state is JobState.QUEUED
        launcher.cancel(endless)
        assert self.wait_until_ended(launcher, run).state is JobState.DONE

    def test_cancel__of_a_run_that_waits(self, launcher, endless, run):
        launcher.submit(endless)
        launcher.submit(run)
        launcher.cancel(run)
        assert self.wait_until_ended(launcher, run).state is JobState.CANCELLED
        assert launcher.status(endless).state.is_live
        launcher.cancel(endless)
        self.wait_until_ended(launcher, endless)

    @pytest.mark.parametrize(
        "method", ["submit", "status", "cancel", "logs", "collect", "collect_partial"]
    )
    def test_every_method__refuses_a_folder_without_a_run(self, launcher, tmp_path, method):
        with pytest.raises(RunError, match="no run"):
            getattr(launcher, method)(tmp_path)
