from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.data.expression import Expression
from genie3_engine.errors import LimitError
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.status import JobState, JobStatus
from genie3_engine.jobs.turns import Claim
from genie3_engine.launchers.machine_needs import MEMORY_OF, claim_of, require_room
from genie3_engine.model import ConfidenceSpec, LayoutSpec
from genie3_engine.planning.pilot_job import PilotFolder, PilotSpec, pilot_folder
from genie3_engine.store.confidence_folder import ConfidenceFolder
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(home, tmp_path):
    return tiny_run(tmp_path / "run")


def limited(home, text):
    home.mkdir(exist_ok=True)
    (home / "limits.toml").write_text(text)


def test_claim_of__has_the_cores_and_the_memory_of_the_forecast(run, home, monkeypatch):
    spec = replace(run.spec, layout=LayoutSpec(n_threads=3, n_processes=2))
    run = RunFolder.create(run.path.with_name("other"), spec, run.read_status())
    assert claim_of(run) == Claim(job=str(run.path), n_cores=6)
    limited(home, "[machine]\nruns = 2\n")
    estimate = claim_of(run).memory_bytes
    assert 300e6 < estimate < 1e9  # by its size
    with monkeypatch.context() as patch:
        patch.setattr(Expression, "is_sparse", True)
        assert claim_of(run).memory_bytes < estimate  # it is read gene by gene
    run.write_forecast({"memory_bytes": 5e8, "high_memory_bytes": 6e8})
    assert claim_of(run).memory_bytes == 6e8
    run.write_forecast({"high_memory_bytes": "much"})
    assert claim_of(run).memory_bytes == estimate


def _queued_kinds(kind=JobFolder):
    """All kinds of jobs that a process works on, but the experiment, whose runs are jobs."""
    for each in kind.__subclasses__():
        if each.module and each.__module__.startswith("genie3_engine"):
            yield each
        yield from _queued_kinds(each)


@pytest.mark.parametrize("kind", sorted(set(_queued_kinds()), key=lambda kind: kind.__name__))
def test_claim_of__knows_the_memory_of_each_kind_of_job(kind):
    assert (kind.spec_file in MEMORY_OF) != issubclass(kind, ExperimentFolder)


def test_claim_of__evidence_and_pilots_have_a_size(run, home):
    limited(home, "[machine]\nruns = 2\n")
    evidence = ConfidenceFolder.ask(run.replicates_folder, ConfidenceSpec(), run.read_status())
    assert claim_of(evidence).memory_bytes > claim_of(run).memory_bytes
    folder = pilot_folder(run.spec)
    pilot = PilotFolder.create(folder.path, PilotSpec(run.spec), JobStatus(JobState.QUEUED))
    assert 200e6 < claim_of(pilot).memory_bytes <= claim_of(run).memory_bytes
    limited(home, "")
    assert claim_of(pilot).memory_bytes == claim_of(evidence).memory_bytes == 0.0


def test_require_room__counts_runs_in_the_home_only(run, home):
    limited(home, '[person]\ndisk = "1 kB"\n')
    require_room(run)
    inside = RunFolder.create(home / "runs" / "run", run.spec, run.read_status())
    with pytest.raises(LimitError, match="this run needs"):
        require_room(inside)
