from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from genie3_engine import runs
from genie3_engine.differential.comparison_spec import Group
from genie3_engine.differential.link_samples import samples_of_groups
from genie3_engine.differential.pooled_samples import PooledSamples
from genie3_engine.errors import InputError
from tests.differential.two_groups import split, stored, two_groups


def test_samples_of_groups__are_those_with_the_value_of_each_group(spec, dataset):
    first, second = samples_of_groups(spec, ("g07", "g02"))
    expression = runs.open_dataset(dataset)
    labels = np.array(runs.sample_annotations(dataset)["state"])
    for found, state in ((first, "well"), (second, "ill")):
        assert found.label == state
        assert found.samples == tuple(np.array(expression.samples)[labels == state])
        for row, gene in zip(found.values, ("g07", "g02"), strict=True):
            of_gene = expression.values[expression.genes.index(gene)]
            assert np.array_equal(row, of_gene[labels == state])


def test_samples_of_groups__are_all_of_each_data_set(spec):
    halves = [stored(each) for each in split(two_groups())]
    groups = [Group(name, each) for name, each in zip(("well", "ill"), halves, strict=True)]
    of_both = dataclasses.replace(spec, first=groups[0], second=groups[1])
    first, second = samples_of_groups(of_both, ("g01",))
    assert first.values.shape == second.values.shape == (1, 24)


def test_samples_of_groups__refuses_a_gene_that_is_not_there(spec):
    with pytest.raises(InputError, match="have no gene 'nobody'"):
        samples_of_groups(spec, ("nobody",))


def test_samples_of_groups__of_a_finished_comparison_are_those_compared(spec):
    then = PooledSamples.of(spec).members
    before = samples_of_groups(spec, ("g01",))
    groups = two_groups()
    swapped = tuple("ill" if label == "well" else "well" for label in groups.annotations["state"])
    stored(dataclasses.replace(groups, annotations={"state": swapped}))
    assert samples_of_groups(spec, ("g01",))[0].samples != before[0].samples
    assert samples_of_groups(spec, ("g01",), members=then)[0].samples == before[0].samples
