"""Tests of labels of runs and data sets."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

import pytest

from genie3_engine import runs
from genie3_engine.datasets.store import dataset_folder
from genie3_engine.errors import InputError, OptionError, RunError
from genie3_engine.jobs import labels
from genie3_engine.model import ForestSpec, JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_expression


@pytest.fixture
def dataset(home):
    return runs.save_dataset(tiny_expression(), name="tiny")


@pytest.fixture
def run(home, dataset):
    spec = runs.build_run_spec(
        tiny_expression(), dataset=dataset, forest=ForestSpec(n_trees=2), name="first"
    )
    return RunFolder.create(home / "runs" / "a", spec, RunStatus(JobState.CANCELLED)).path


def test_label__renames_tags_and_notes_and_leaves_the_rest(run):
    runs.label(run, name=" a  new name ", tags=["x", "y", " x "])
    runs.label(run, note="why\n")
    (summary,) = runs.history()
    assert summary.title == "a new name"
    assert summary.labels == runs.RunLabels("a new name", ("x", "y"), "why")
    assert summary.spec.name == "first"


def test_label__an_empty_name_is_the_first_again(run):
    runs.label(run, name="other")
    runs.label(run, name="")
    assert runs.history()[0].title == "first"


@pytest.mark.parametrize(
    "wrong", [{"name": "x" * 301}, {"tags": ["x" * 61]}, {"tags": map(str, range(21))}]
)
def test_label__refuses_what_is_no_label(run, wrong):
    with pytest.raises(OptionError):
        runs.label(run, **wrong)


def test_labels__damaged_file_says_nothing(run):
    (run / "labels.json").write_text("[1,")
    assert runs.labels(run) == runs.RunLabels()


def test_history__sees_what_has_changed_in_an_ended_run(run):
    assert runs.history()[0].status.state is JobState.CANCELLED
    RunFolder.open(run).write_status(RunStatus(JobState.FAILED))
    assert runs.history()[0].status.state is JobState.FAILED


def test_label_dataset__renames_in_every_list(dataset):
    runs.label_dataset(dataset, name="mine", note="from the paper")
    (info,) = runs.list_datasets()
    assert (info.name, info.labels.note) == ("mine", "from the paper")
    assert runs.save_dataset(tiny_expression(), name="again") == dataset
    assert runs.dataset_info(dataset).name == "mine"


def test_choose_regulators__stay_with_the_data(dataset):
    runs.choose_regulators(dataset, ["b", "a", "b"], chosen_from="a list")
    labels = runs.dataset_info(dataset).labels
    assert (labels.regulators, labels.regulators_from) == (("a", "b"), "a list")
    runs.choose_regulators(dataset, None)
    assert runs.dataset_info(dataset).labels.regulators is None


def test_delete_data__takes_an_upload_along_that_nobody_else_needs(home, dataset):
    upload = runs.keep_upload([("a.tsv", io.BytesIO(b"x"))])
    runs.remember_reading(dataset, upload=upload.id, reading={"orientation": "auto"})
    runs.delete_data(dataset)
    assert runs.list_datasets() == []
    with pytest.raises(InputError):
        runs.open_upload(upload.id)


def test_delete_data__refuses_while_a_run_needs_it(run, dataset, monkeypatch):
    monkeypatch.setattr(
        "genie3_engine.runs.listing.status", lambda *_, **__: RunStatus(JobState.RUNNING)
    )
    RunFolder.open(run).write_status(RunStatus(JobState.RUNNING))
    with pytest.raises(RunError, match="needs this data set"):
        runs.delete_data(dataset)
    assert runs.dataset_info(dataset)


def test_update_run_labels__keeps_what_another_writer_changed_meanwhile(run):
    """The second writer reads only after the first has written."""
    is_reading, may_write = threading.Event(), threading.Event()

    def slow(now):
        is_reading.set()
        may_write.wait()
        return replace(now, name="renamed")

    first = threading.Thread(target=labels.update_run_labels, args=(run, slow))
    first.start()
    is_reading.wait()
    second = threading.Thread(target=runs.label, args=(run,), kwargs={"note": "why"})
    second.start()
    second.join(0.2)  # long enough for a writer that does not wait
    may_write.set()
    first.join()
    second.join()
    assert labels.read_run_labels(run) == labels.RunLabels(name="renamed", note="why")


def test_update_dataset_labels__keeps_what_another_writer_changed_meanwhile(dataset):
    is_reading, may_write = threading.Event(), threading.Event()

    def slow(now):
        is_reading.set()
        may_write.wait()
        return replace(now, note="why")

    folder = dataset_folder(dataset)
    first = threading.Thread(target=labels.update_dataset_labels, args=(folder, slow))
    first.start()
    is_reading.wait()
    second = threading.Thread(target=runs.choose_regulators, args=(dataset, ["G1"]))
    second.start()
    second.join(0.2)
    may_write.set()
    first.join()
    second.join()
    found = labels.read_dataset_labels(folder)
    assert (found.note, found.regulators) == ("why", ("G1",))
