from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.runs.launcher_lookup import launcher_of, spec_of
from tests.simulated_networks import tiny_run


def test_launcher_of__is_the_one_of_the_spec(home, tmp_path):
    run = tiny_run(tmp_path / "run")
    assert isinstance(launcher_of(run.path), LocalLauncher)
    assert spec_of(run.path) == run.spec


def test_launcher_of__one_that_is_not_installed(home, tmp_path):
    run = tiny_run(tmp_path / "run", launcher="gone")
    with pytest.raises(OptionError, match="no launcher named 'gone'"):
        launcher_of(run.path)
