from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import benchmark, runs
from genie3_engine.benchmark import SimulatedData, conduct, create
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.errors import Genie3Error, OptionError, RunError, RunInterruptedError
from genie3_engine.model import RunState
from tests.benchmark.measured import threads


def test_conduct__measures_every_run_in_the_order_of_the_seed(folder, spec, measure):
    seen = []
    status = conduct(folder, measure=measure, on_progress=lambda now: seen.append(now.runs_done))
    order = [slot.key for slot in spec.schedule()]
    assert (status.state, status.runs_done, status.runs_total) == (RunState.DONE, 4, 4)
    assert [key for key in measure.measured if not key.startswith("warm")] == order
    assert order != sorted(order)
    assert seen == sorted(seen)
    assert status.machine["usable_cores"] >= 1
    assert "load_at_start" in status.machine


def test_conduct__warms_each_engine_up_once(folder, measure):
    conduct(folder, measure=measure)
    assert sorted(measure.measured)[-2:] == ["warm-up-compiled", "warm-up-scikit-learn"]


def test_conduct__goes_on_where_it_was_stopped(folder, spec, measure):
    third = spec.schedule()[2].key
    measure.raise_at[third] = RunInterruptedError("stop", "")
    with pytest.raises(RunInterruptedError):
        conduct(folder, measure=measure)
    assert benchmark.status(folder).state is RunState.CANCELLED
    before = [key for key in measure.measured if not key.startswith("warm")]
    measure.measured.clear()
    conduct(folder, measure=measure)
    after = [key for key in measure.measured if not key.startswith("warm")]
    assert [*before, *after] == [slot.key for slot in spec.schedule()]


def test_conduct__a_failed_configuration_is_a_row(folder, spec, measure):
    measure.error = "The memory is used up."
    with pytest.raises(Genie3Error, match="No configuration could be measured"):
        conduct(folder, measure=measure)
    assert benchmark.status(folder).state is RunState.FAILED
    rows = ExperimentFolder.open(folder).rows()
    assert {row.error for row in rows} == {"The memory is used up."}


def test_conduct__refuses_more_targets_than_genes_before_anything_is_measured(spec, measure):
    folder = create(replace(spec, configurations=(threads(1, n_targets=999),)))
    with pytest.raises(OptionError, match="999 targets"):
        conduct(folder, measure=measure)
    assert measure.measured == []


def test_conduct__simulates_what_is_not_stored(spec, measure):
    wanted = replace(spec, dataset=None, simulated=SimulatedData(5, 6))
    folder = create(wanted)
    status = conduct(folder, measure=measure)
    assert status.dataset is not None
    assert runs.list_datasets()[0].name == "Simulated 5 x 6"


def test_conduct__is_refused_while_another_process_does(folder, measure):
    with (
        ExperimentFolder.open(folder).lock(),
        pytest.raises(RunError, match=r"The experiment in .* is at work"),
    ):
        conduct(folder, measure=measure)


def test_findings__read_what_is_there(folder, measure):
    assert benchmark.findings(folder).rows == ()
    conduct(folder, measure=measure)
    found = benchmark.findings(folder)
    assert [row.n_repeats for row in found.rows] == [2, 2]
    assert found.takeaways
