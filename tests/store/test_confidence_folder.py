"""Tests of the job that computes evidence for a finished run."""

import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs.status import JobState
from genie3_engine.model import ConfidenceSpec, RunStatus
from genie3_engine.store.confidence_folder import ConfidenceFolder
from tests.contracts.job_contract import JobContract

NEW = RunStatus(JobState.QUEUED, targets_done=3, targets_total=3, created=1.0)


class TestConfidence(JobContract):
    @pytest.fixture
    def job(self, tmp_path):
        return ConfidenceFolder.ask(tmp_path / "run" / "confidence", ConfidenceSpec(), NEW)

    def test_ask__of_an_earlier_job_keeps_what_it_has_computed(self, job):
        (job.path / "nulls").mkdir()
        again = ConfidenceFolder.ask(job.path, ConfidenceSpec(stability=False), NEW)
        assert again.spec == ConfidenceSpec(stability=False)
        assert (job.path / "nulls").is_dir()
        assert again.run == job.path.parent

    def test_ask__leaves_a_job_alone_that_a_process_holds(self, job):
        with job.lock(), pytest.raises(RunError, match="at work on the confidence job"):
            ConfidenceFolder.ask(job.path, ConfidenceSpec(stability=False), NEW)
        assert ConfidenceFolder.open(job.path).spec == ConfidenceSpec()
