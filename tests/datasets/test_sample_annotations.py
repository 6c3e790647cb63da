"""What groups samples is stored next to a data set, in canonical order."""

import json

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.sample_annotations import (
    MOST_COLUMNS,
    grouping,
    read_annotations,
    write_annotations,
)
from genie3_engine.datasets.store import dataset_folder, sample_annotations, save_dataset
from genie3_engine.errors import InputError
from genie3_engine.jobs import filenames

TISSUES = {"tissue": ("liver", "", "heart", "liver")}


def annotated(**columns):
    values = np.arange(8.0).reshape(2, 4)
    return Expression(values, ("a", "b"), ("s4", "s3", "s2", "s1"), annotations=columns)


def test_grouping__keeps_columns_that_make_groups():
    columns = {"one": ("x",) * 4, "each": tuple("abcd"), "blank": ("x", "", "x", ""), **TISSUES}
    assert grouping(columns) == TISSUES


def test_grouping__keeps_many_pairs_and_leaves_out_as_many_single_labels():
    pairs = tuple(f"pair {number // 2}" for number in range(500))
    singles = tuple(f"cell {number // 2 if number < 200 else number}" for number in range(500))
    assert set(grouping({"pairs": pairs, "singles": singles})) == {"pairs"}


def test_grouping__is_bounded():
    many = {str(number): ("x", "y", "y") for number in range(MOST_COLUMNS + 5)}
    assert len(grouping(many)) == MOST_COLUMNS


def test_annotations__follow_the_samples_into_canonical_order(home):
    expression = annotated(**TISSUES)
    fingerprint = save_dataset(expression)
    assert sample_annotations(fingerprint) == {"tissue": ("liver", "heart", "", "liver")}
    assert fingerprint == annotated().fingerprint


def test_annotations__reach_a_data_set_that_is_stored_already(home):
    fingerprint = save_dataset(annotated())
    assert sample_annotations(fingerprint) == {}
    assert save_dataset(annotated(**TISSUES)) == fingerprint
    save_dataset(annotated())
    assert set(sample_annotations(fingerprint)) == {"tissue"}


def test_read_annotations__same_as_written(tmp_path):
    columns = {'é "x"': ("1", "2", "1"), "b": ("", "u", "v")}
    write_annotations(tmp_path, columns)
    assert read_annotations(tmp_path, n_samples=3) == columns


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": 3}', '{"a": {"groups": ["x"], "samples": [1]}}']
)
def test_read_annotations__damaged_is_refused(tmp_path, text):
    (tmp_path / filenames.ANNOTATIONS).write_text(text)
    with pytest.raises(InputError, match="damaged"):
        read_annotations(tmp_path, n_samples=1)


def test_sample_annotations__of_other_samples_are_refused(home):
    fingerprint = save_dataset(annotated(**TISSUES))
    path = dataset_folder(fingerprint) / filenames.ANNOTATIONS
    path.write_text(json.dumps({"a": {"groups": ["x", "y"], "samples": [0, 1]}}))
    with pytest.raises(InputError, match="damaged"):
        sample_annotations(fingerprint)
