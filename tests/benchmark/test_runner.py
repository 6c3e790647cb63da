from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import benchmark, runs
from genie3_engine.benchmark import SimulatedData, conduct, create
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.errors import Genie3Error, OptionError, RunError, RunInterruptedError
from genie3_engine.model import JobState
from tests.benchmark.measured import threads


def test_conduct__measures_every_run_in_the_order_of_the_seed(folder, spec, measurer):
    seen = []
    status = conduct(folder, measurer=measurer, on_progress=lambda now: seen.append(now.runs_done))
    order = [slot.key for slot in spec.schedule()]
    assert (status.state, status.runs_done, status.runs_total) == (JobState.DONE, 4, 4)
    assert [key for key in measurer.measured if not key.startswith("warm")] == order
    assert order != sorted(order)
    assert seen == sorted(seen)
    assert status.machine["usable_cores"] >= 1
    assert "load_at_start" in status.machine


def test_conduct__warms_each_engine_up_once(folder, measurer):
    conduct(folder, measurer=measurer)
    assert sorted(measurer.measured)[-2:] == ["warm-up-compiled", "warm-up-scikit-learn"]


def test_conduct__goes_on_where_it_was_stopped(folder, spec, measurer):
    third = spec.schedule()[2].key
    measurer.raise_at[third] = RunInterruptedError("stop", "")
    with pytest.raises(RunInterruptedError):
        conduct(folder, measurer=measurer)
    assert benchmark.status(folder).state is JobState.CANCELLED
    before = [key for key in measurer.measured if not key.startswith("warm")]
    measurer.measured.clear()
    conduct(folder, measurer=measurer)
    after = [key for key in measurer.measured if not key.startswith("warm")]
    assert [*before, *after] == [slot.key for slot in spec.schedule()]


def test_conduct__a_failed_configuration_is_a_row(folder, spec, measurer):
    measurer.error = "The memory is used up."
    with pytest.raises(Genie3Error, match="No configuration could be measured"):
        conduct(folder, measurer=measurer)
    assert benchmark.status(folder).state is JobState.FAILED
    rows = ExperimentFolder.open(folder).rows()
    assert {row.error for row in rows} == {"The memory is used up."}


def test_conduct__refuses_more_targets_than_genes_before_anything_is_measured(spec, measurer):
    folder = create(replace(spec, configurations=(threads(1, n_targets=999),)))
    with pytest.raises(OptionError, match="999 targets"):
        conduct(folder, measurer=measurer)
    assert measurer.measured == []


def test_conduct__simulates_what_is_not_stored(spec, measurer):
    wanted = replace(spec, dataset=None, simulated=SimulatedData(5, 6))
    folder = create(wanted)
    status = conduct(folder, measurer=measurer)
    assert status.dataset is not None
    assert runs.list_datasets()[0].name == "Simulated 5 x 6"


def test_conduct__is_refused_while_another_process_does(folder, measurer):
    with (
        ExperimentFolder.open(folder).lock(),
        pytest.raises(RunError, match=r"at work on the experiment"),
    ):
        conduct(folder, measurer=measurer)


def test_findings__read_what_is_there(folder, measurer):
    assert benchmark.experiment_results(folder).rows == ()
    conduct(folder, measurer=measurer)
    found = benchmark.experiment_results(folder)
    assert [row.n_repeats for row in found.rows] == [2, 2]
    assert found.summary


def test_conduct__writes_no_row_for_a_run_that_did_not_end_by_itself(folder, spec, measurer):
    first = spec.schedule()[0].key
    measurer.unmeasured.add(first)
    with pytest.raises(Genie3Error, match="1 runs were stopped or killed"):
        conduct(folder, measurer=measurer)
    assert (benchmark.status(folder).state, len(ExperimentFolder.open(folder).rows())) == (
        JobState.FAILED,
        3,
    )
    measurer.unmeasured.clear()
    measurer.measured.clear()
    assert conduct(folder, measurer=measurer).state is JobState.DONE
    assert [key for key in measurer.measured if not key.startswith("warm")] == [first]


def test_conduct__stops_its_runs_when_it_is_stopped(folder, spec, measurer):
    order = [slot.key for slot in spec.schedule()]
    measurer.raise_at[order[1]] = RunInterruptedError("stop", "")
    with pytest.raises(RunInterruptedError):
        conduct(folder, measurer=measurer)
    assert measurer.stopped == order


def test_conduct__keeps_when_it_was_created(folder, measurer):
    before = benchmark.status(folder).created
    assert conduct(folder, measurer=measurer).created == before
