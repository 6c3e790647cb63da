from __future__ import annotations

import pytest

from genie3_engine.errors import RunError
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.shared_run import SharedRun
from tests.simulated_networks import tiny_run


def test_open_shared__opens_a_run_and_refuses_what_is_none(home, tmp_path):
    run = tiny_run(tmp_path / "run")
    assert isinstance(open_shared(run.path), SharedRun)
    with pytest.raises(RunError, match="There is no run"):
        open_shared(tmp_path)
