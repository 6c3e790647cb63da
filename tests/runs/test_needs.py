from __future__ import annotations

import time
from dataclasses import replace

import pytest

from genie3_engine import runs, worker
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.combined_runs import create_combination
from genie3_engine.errors import RunError
from genie3_engine.jobs.status import JobStatus
from genie3_engine.model import ConfidenceSpec, ForestSpec, JobState, RunSpec
from genie3_engine.planning.pilot_job import PilotFolder, PilotSpec, pilot_folder
from genie3_engine.runs.needs import require_unneeded
from tests.pages.comparison import put_comparison
from tests.pages.experiment import put_experiment
from tests.simulated_networks import tiny_expression, tiny_run


class TestNeededData:
    @pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE])
    def test_needed_data__is_that_of_other_jobs_at_work(self, home, expression, state):
        data = runs.save_dataset(expression, name="mine")
        put_comparison(home, state=state, title="mine")
        experiment = home / "experiments" / "one"
        put_experiment(experiment, state=state)
        folder = ExperimentFolder.open(experiment)
        folder.write_status(replace(folder.read_status(), dataset=data))
        (compared,) = {each.fingerprint for each in runs.list_datasets()} - {data}
        if state is JobState.DONE:
            assert runs.needed_data() == {}
            runs.delete_data(data)
            return
        assert runs.needed_data() == {
            compared: "comparison 'mine'",
            data: "experiment 'Experiment 1'",
        }
        for each in (compared, data):
            with pytest.raises(RunError, match=r"^The (comparison|experiment) .* needs this data"):
                runs.delete_data(each)

    def test_needed_data__is_that_of_evidence_which_is_computed(self, home):
        run = tiny_run(home / "runs" / "one", name="mine")
        worker.run(run.path)
        assert runs.needed_data() == {}
        runs.create_confidence(run.path, ConfidenceSpec(stability=False))
        assert runs.needed_data() == {run.spec.dataset: "evidence of run 'mine'"}

    def test_needed_data__is_that_of_pilots_at_work(self, home, expression):
        spec = RunSpec(runs.save_dataset(expression))
        queued = JobStatus(JobState.QUEUED, created=time.time())
        pilot = PilotFolder.create(pilot_folder(spec).path, PilotSpec(spec), queued)
        with pytest.raises(RunError, match=r"^The pilot run needs this data set\."):
            runs.delete_data(spec.dataset)
        pilot.write_status(replace(queued, state=JobState.DONE))
        assert runs.needed_data() == {}
        runs.delete_data(spec.dataset)


class TestNeededRuns:
    @pytest.fixture
    def parents(self, home):
        forests = {"one": ForestSpec(n_trees=2), "two": ForestSpec("precision")}
        return [
            runs.infer(tiny_expression(), home / "runs" / name, forest=forest)
            for name, forest in forests.items()
        ]

    def test_needed_runs__are_those_of_combinations_that_wait_or_work(self, home, parents):
        both = create_combination(parents, home / "runs" / "both", name="both")
        assert runs.needed_runs() == {path.resolve(): "combination 'both'" for path in parents}
        for path in parents:
            with pytest.raises(RunError, match=r"^The combination 'both' needs this run\.") as told:
                runs.delete(path)
            assert told.value.remedy == "Cancel it first, or wait."
        worker.run(both.path)
        assert runs.needed_runs() == {}
        runs.delete(parents[0])
        assert not parents[0].exists()

    def test_require_unneeded__finds_runs_inside_a_folder(self, home, parents):
        require_unneeded(home, "a run of it")
        create_combination(parents, home / "runs" / "both", name="both")
        require_unneeded(home / "runs" / "on", "a run of it")
        with pytest.raises(RunError, match=r"needs a run of it\."):
            require_unneeded(home / "runs", "a run of it")
