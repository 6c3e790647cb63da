from __future__ import annotations

import pytest

from tests.clock import Clock
from tests.contracts.fake_launcher import FakeLauncher, FakeProcesses
from tests.contracts.launcher_contract import LauncherContract


class TestFakeLauncher(LauncherContract):
    @pytest.fixture
    def clock(self):
        return Clock(1000.0)

    @pytest.fixture
    def processes(self, clock):
        return FakeProcesses(clock)

    @pytest.fixture
    def launcher(self, processes):
        return FakeLauncher(processes)

    @pytest.fixture
    def again(self, processes):
        return FakeLauncher(processes)

    @pytest.fixture(autouse=True)
    def _remember(self, clock, processes):
        self.clock, self.processes = clock, processes

    def kill(self, launcher, run):
        self.processes.kill(run)

    def let_time_pass(self, launcher):
        self.clock.advance(1.0)
