from __future__ import annotations

import json
from dataclasses import replace

import pytest

from genie3_engine.model import (
    GRNBOOST2,
    IN_VIVO,
    PRECISION,
    ConfidenceSpec,
    ForestSpec,
    LayoutSpec,
    RunSpec,
    default_keep,
    member_specs,
    setting_rows,
)

SPEC = RunSpec(
    "0" * 64,
    regulators=("A", "B"),
    targets=("C",),
    forest=ForestSpec(method="ET", k=7, n_trees=1500, seed=5, engine="scikit-learn"),
    keep=10,
    layout=LayoutSpec(n_processes=2, n_jobs=3),
    launcher_options={"instances": 2},
    recipe=("log1p",),
)


def test_run_spec__survives_json():
    assert RunSpec.from_dict(json.loads(json.dumps(SPEC.to_dict()))) == SPEC


def test_run_spec__with_confidence_survives_json_and_keeps_its_result_key():
    asked = replace(SPEC, confidence=ConfidenceSpec(stability=False))
    assert RunSpec.from_dict(json.loads(json.dumps(asked.to_dict()))) == asked
    assert asked.result_key == SPEC.result_key
    assert ("Confidence", "p-values") in setting_rows(asked)
    assert "confidence" not in SPEC.to_dict()


def test_member_specs__are_the_runs_inside_with_the_runs_seed():
    spec = replace(SPEC, forest=ForestSpec(IN_VIVO, seed=5))
    boosting, precision = member_specs(spec, 3)
    assert boosting.forest == ForestSpec(GRNBOOST2, seed=5)
    assert precision.forest == ForestSpec(PRECISION)
    assert (boosting.regulators, boosting.targets, boosting.keep) == (("A", "B"), ("C",), None)
    assert member_specs(replace(spec, targets=None), 5_000_000)[0].keep == 1000
    assert member_specs(SPEC, 3) == ()


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"keep": 11}, False),
        ({"forest": replace(SPEC.forest, seed=6)}, False),
        ({"layout": LayoutSpec(n_shards=2)}, True),
        ({"name": "other", "launcher": "elsewhere", "recipe": ()}, True),
    ],
)
def test_result_key__holds_what_decides_the_network(change, is_same):
    assert (replace(SPEC, **change).result_key == SPEC.result_key) == is_same


def test_setting_rows__are_labels_and_words():
    assert dict(setting_rows(SPEC)) == {
        "Method": "Extra-Trees",
        "Candidate regulators per split (K)": "7",
        "Trees per target": "1,500",
        "Random seed": "5",
        "Engine": "scikit-learn",
        "Candidate regulators": "2 chosen",
        "Targets": "1 chosen",
        "Links kept per target": "10",
        "Threads per process": "all cores",
        "Processes": "2",
        "Jobs per process": "3",
    }


def test_setting_rows__name_the_shard_and_the_layout_that_was_used():
    rows = dict(setting_rows(RunSpec("0" * 64), LayoutSpec(4, shard_index=1, n_shards=3)))
    assert (rows["Shard"], rows["Threads per process"]) == ("2 of 3", "4")
    assert (rows["Targets"], rows["Links kept per target"]) == ("every gene", "All")


@pytest.mark.parametrize(
    ("n_targets", "n_regulators", "keep"), [(5000, 1000, None), (5001, 1000, 1000)]
)
def test_default_keep__keeps_all_up_to_five_million(n_targets, n_regulators, keep):
    assert default_keep(n_targets, n_regulators) == keep


def test_setting_rows__name_the_origin_of_the_regulators_which_decides_nothing():
    known = replace(SPEC, regulators_from="the list x")
    assert ("Regulators from", "the list x") in setting_rows(known)
    assert known.result_key == SPEC.result_key
    assert RunSpec.from_dict(json.loads(json.dumps(known.to_dict()))) == known
    assert "regulators_from" not in SPEC.to_dict()
