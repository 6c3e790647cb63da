from __future__ import annotations

import functools
from dataclasses import replace
from types import SimpleNamespace

import pytest
from botocore import endpoint
from botocore.loaders import JSONFileLoader

from genie3_engine import runs
from genie3_engine.launchers.sagemaker.client import forget_sessions
from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.model import JobState
from tests import waiting
from tests.simulated_networks import tiny_expression


@pytest.fixture(autouse=True, scope="session")
def _quick_client():
    """Clients read the models of the services once, and try again immediately."""
    read = functools.cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda self, path: read(path))
        patch.setattr(endpoint, "time", SimpleNamespace(sleep=lambda seconds: None))
        yield


@pytest.fixture(autouse=True)
def _no_aws(monkeypatch, tmp_path):
    """Nothing of the person who runs the tests, and nothing that could reach AWS."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no credentials"))
    forget_sessions()
    yield
    forget_sessions()


@pytest.fixture
def options(emulator):
    return SageMakerOptions(instance_type="ml.m5.xlarge", endpoint_url=emulator.url)


@pytest.fixture
def launcher(home):
    return SageMakerLauncher(poll_seconds=0.1)


@pytest.fixture
def spec_of(home, options):
    """Return a run's spec on the emulator."""

    def make(expression=None, *, n_trees=2, **changes):
        expression = expression or tiny_expression()
        spec = runs.build_run_spec(expression, dataset=runs.save_dataset(expression))
        given = replace(options, **changes)
        return replace(
            spec,
            forest=replace(spec.forest, n_trees=n_trees),
            launcher="sagemaker",
            launcher_options=given.to_dict(),
        )

    return make


@pytest.fixture
def wait_until(launcher):
    """Ask for the status until it is as wanted, and return it."""

    def wait(run, wanted):
        def reached():
            status = launcher.status(run)
            return status if wanted(status) else None

        return waiting.wait_until(reached, shown=lambda: launcher.status(run))

    return wait


@pytest.fixture
def ended(wait_until):
    """Wait until a run has ended, and return its status."""
    return lambda run: wait_until(
        run, lambda status: not (status.state.is_live or status.state is JobState.UNKNOWN)
    )
