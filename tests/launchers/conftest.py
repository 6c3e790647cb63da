from __future__ import annotations

import pytest

from tools.sagemaker_emulator.emulator import Emulator


@pytest.fixture(scope="module")
def cloud():
    """The emulator: real HTTP on this machine, real workers, nothing at AWS."""
    with Emulator("--grace-seconds", "1") as emulator:
        yield emulator


@pytest.fixture
def emulator(cloud):
    """The emulator, without the faults that another test has asked for."""
    cloud.clear()
    yield cloud
    cloud.clear()
