from __future__ import annotations

import io

import pytest

from genie3_engine import runs
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
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


def test_attach_gene_table__keeps_its_upload_until_another_one_comes(data, expression):
    table = GeneTable(expression.genes, {"s": expression.samples[:1] * len(expression.genes)})
    first, second = (
        runs.keep_upload([("genes.tsv", io.BytesIO(content))]) for content in (b"a", b"b")
    )
    runs.attach_gene_table(data, table, upload=first.id)
    assert runs.gene_table(data).n_known == len(expression.genes)
    runs.drop_upload(first.id)
    assert runs.open_upload(first.id).path.read_bytes() == b"a"
    runs.attach_gene_table(data, table, upload=second.id)
    assert runs.dataset_info(data).labels.gene_table == second.id
    with pytest.raises(InputError):
        runs.open_upload(first.id)
    runs.attach_gene_table(data, NO_GENE_TABLE)
    assert not runs.gene_table(data)
    with pytest.raises(InputError):
        runs.open_upload(second.id)


def test_runs_using__finds_the_runs_on_a_data_set(data, home):
    queued = RunStatus(JobState.QUEUED, created=1.0)
    RunFolder.create(home / "runs" / "one", RunSpec(data, launcher="sagemaker"), queued)
    assert [run.id for run in runs.runs_using(data)] == ["one"]
