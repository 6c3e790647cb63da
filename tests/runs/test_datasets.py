from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.errors import InputError
from genie3_engine.model import JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder


@pytest.fixture
def data(home, expression):
    return runs.save_dataset(expression, name="mine")


def test_label_dataset__changes_what_is_given_and_keeps_the_rest(data):
    runs.label_dataset(data, name="renamed")
    runs.label_dataset(data, note="from the freezer")
    info = runs.dataset_info(data)
    assert (info.name, info.labels.note) == ("renamed", "from the freezer")


def test_label_dataset__refuses_a_data_set_that_is_not_stored(home):
    with pytest.raises(InputError):
        runs.label_dataset("0" * 64, name="x")


def test_choose_regulators__are_stored_sorted_and_once(data):
    runs.choose_regulators(data, ["b", "a", "b"], chosen_from="a list")
    labels = runs.dataset_info(data).labels
    assert (labels.regulators, labels.regulators_from) == (("a", "b"), "a list")
    runs.choose_regulators(data, None)
    assert runs.dataset_info(data).labels.regulators is None


def test_runs_using__finds_the_runs_on_a_data_set(data, home):
    queued = RunStatus(JobState.QUEUED, created=1.0)
    RunFolder.create(home / "runs" / "one", RunSpec(data, launcher="sagemaker"), queued)
    assert [run.id for run in runs.runs_using(data)] == ["one"]
