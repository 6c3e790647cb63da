from __future__ import annotations

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.catalogue import dataset_info, delete_dataset, list_datasets
from genie3_engine.datasets.store import dataset_folder, save_dataset


def saved(expression, *, name="mine"):
    return save_dataset(expression, name=name)


def other(expression):
    return Expression(expression.values + 1, expression.genes, expression.samples)


def test_dataset_info__has_name_and_shape(home, expression):
    info = dataset_info(saved(expression))
    assert (info.name, info.n_genes, info.n_samples) == ("mine", 4, 3)
    assert info.recipe == ()


def test_list_datasets__leaves_out_what_is_damaged(home, expression):
    good, bad = saved(expression), saved(other(expression), name="other")
    assert {info.fingerprint for info in list_datasets()} == {good, bad}
    (dataset_folder(bad) / "dataset.json").write_text("{")
    assert [info.fingerprint for info in list_datasets()] == [good]


def test_delete_dataset__removes_its_folder_only(home, expression):
    one, two = saved(expression), saved(other(expression))
    delete_dataset(one)
    assert [info.fingerprint for info in list_datasets()] == [two]
    assert [path.name for path in dataset_folder(two).parent.iterdir()] == [two]
