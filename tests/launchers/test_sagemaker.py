"""Against the emulator: real HTTP, real workers, no AWS."""

from __future__ import annotations

import pytest

from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher
from genie3_engine.model import COMPILED, JobState
from tests.contracts.launcher_contract import LauncherContract
from tests.simulated_networks import endless_run, tiny_run


@pytest.mark.slow(2, waits=True)
class TestSageMakerLauncher(LauncherContract):
    @pytest.fixture
    def launcher(self, home):
        return SageMakerLauncher(poll_seconds=0.1)

    @pytest.fixture
    def again(self, home):
        return SageMakerLauncher(poll_seconds=0.1)

    @pytest.fixture
    def options(self, emulator):
        return {"instance_type": "ml.c5.xlarge", "endpoint_url": emulator.url}

    @pytest.fixture
    def run(self, home, tmp_path, options):
        run = tiny_run(
            tmp_path / "run", engine=COMPILED, launcher="sagemaker", launcher_options=options
        )
        return self.counted(run)

    @pytest.fixture
    def endless(self, home, tmp_path, options):
        endless = tmp_path / "endless"
        return endless_run(endless, launcher="sagemaker", launcher_options=options).path

    def counted(self, run):
        from dataclasses import replace

        run.write_status(replace(run.read_status(), targets_total=8))
        return run.path

    @pytest.fixture(autouse=True)
    def _emulator(self, emulator):
        self.emulator = emulator

    def kill(self, launcher, run):
        from genie3_engine.launchers.sagemaker.state import load
        from genie3_engine.store.run_folder import RunFolder

        self.emulator.kill(load(RunFolder(run)).job.name, "algo-1")

    def test_submit__takes_turns(self, launcher, endless, run):
        """Here two jobs run at once."""
        launcher.submit(endless)
        self.wait_until_at_work(launcher, endless)
        launcher.submit(run)
        assert self.wait_until_ended(launcher, run).state is JobState.DONE
        assert launcher.status(endless).state is JobState.RUNNING
        launcher.cancel(endless)
        assert self.wait_until_ended(launcher, endless).state is JobState.CANCELLED
