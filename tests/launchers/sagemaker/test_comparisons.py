"""A comparison of several instances is the local one, byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import differential
from genie3_engine.differential import worker
from genie3_engine.differential.comparison_folder import CHANGES, REGULATORS, TARGETS
from genie3_engine.launchers import background
from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher
from genie3_engine.launchers.sagemaker.state import load
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.model import ForestSpec, JobState, LayoutSpec
from tests import waiting
from tests.differential.two_groups import stored, two_groups

pytestmark = pytest.mark.slow(40, waits=True)


@pytest.fixture
def spec(home, options, monkeypatch):
    """A comparison on two instances of the emulator."""
    monkeypatch.setattr(SageMakerLauncher.__init__, "__kwdefaults__", {"poll_seconds": 0.2})
    choices = differential.Choices(
        forest=ForestSpec(n_trees=20),
        n_permutations=20,
        n_more=0,
        top=50,
        layout=LayoutSpec(n_threads=1),
    )
    of = differential.of_column(stored(two_groups(40, n_genes=18)), "state", (), choices)
    given = replace(options, instances=2).to_dict()
    return replace(of, launcher="sagemaker", launcher_options=given)


def test_comparison__of_two_instances_has_the_local_bytes(spec, tmp_path):
    local = differential.create(replace(spec, launcher="local", launcher_options={}))
    worker.run(local)
    folder = differential.start(spec, folder=tmp_path / "comparison")

    def ended():
        now = differential.status(folder)
        return None if now.state.may_change else now

    now = waiting.wait_until(ended, shown=lambda: differential.status(folder))
    background.wait(folder)
    assert now.state is JobState.DONE, now.error
    assert now.forests_done == now.forests_total == 2 * 18 * 21
    assert now.started < now.ended
    for name in (CHANGES, TARGETS, REGULATORS):
        assert (folder / name).read_bytes() == (local / name).read_bytes()
    jobs = load(open_shared(folder)).jobs
    assert len(jobs) == 2  # permutations need the observed networks of both instances
    assert differential.view(folder).n_jobs == len(jobs)
    assert [each.status.state for each in differential.history()] == [JobState.DONE]
    differential.delete(folder)
