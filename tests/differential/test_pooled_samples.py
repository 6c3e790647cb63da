from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.differential import of_column
from genie3_engine.differential.comparison_spec import ComparisonSpec, Group
from genie3_engine.differential.pooled_samples import PooledSamples, open_pooled
from genie3_engine.errors import InputError, RunError
from tests.differential.two_groups import split, stored, two_groups


@pytest.fixture
def two_datasets(home):
    """The same comparison as two data sets, the second without the last gene."""
    well, ill = split(two_groups())
    fewer = replace(ill, values=ill.values[:-1], genes=ill.genes[:-1])
    return ComparisonSpec(Group("well", stored(well)), Group("ill", stored(fewer)))


def test_pool__swapped_groups_have_the_same_samples_in_the_same_order(spec, tmp_path):
    swapped = replace(spec, first=spec.second, second=spec.first)
    pooled = [PooledSamples.of(each) for each in (spec, swapped)]
    assert (pooled[0].is_second == ~pooled[1].is_second).all()
    for number, each in enumerate(pooled):
        each.write(tmp_path / f"{number}.npy")
    assert (tmp_path / "0.npy").read_bytes() == (tmp_path / "1.npy").read_bytes()


def test_pool__of_two_data_sets_has_the_common_genes(two_datasets, tmp_path):
    pooled = PooledSamples.of(two_datasets)
    assert (len(pooled.genes), pooled.n_left_out, pooled.n_samples) == (9, 1, (24, 24))
    pooled.write(tmp_path / "pooled.npy")
    expression = open_pooled(tmp_path / "pooled.npy", pooled.genes)
    well, ill = split(two_groups())
    for is_second, values in ((False, well.values[:-1]), (True, ill.values[:-1])):
        assert np.array_equal(expression.values[:, pooled.is_second == is_second], values)
    words = " ".join(pooled.notes())
    assert "1 gene of one of the data sets only left out; 9 are compared" in words
    assert "come from two data sets" in words


def test_pool__swapped_data_sets_have_the_same_order(two_datasets):
    swapped = replace(two_datasets, first=two_datasets.second, second=two_datasets.first)
    orders = [PooledSamples.of(each).is_second for each in (two_datasets, swapped)]
    assert (orders[0] == ~orders[1]).all()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("stage", "ill", r"no column 'stage'.*Give one of 'state', 'patient'"),
        ("state", "cured", r"no value 'cured'.*'state' has: well \(24\), ill \(24\)"),
        ("", "", "24 samples are in both groups"),
    ],
)
def test_pool__refuses_groups_that_are_not_there_or_overlap(dataset, column, value, message):
    first = Group("well", dataset, "state", "well")
    with pytest.raises(InputError, match=message):
        PooledSamples.of(ComparisonSpec(first, Group("other", dataset, column, value)))


def test_pool__refuses_fewer_than_twenty_samples(home):
    dataset = stored(two_groups(stage=tuple("late" if n < 19 else "early" for n in range(48))))
    groups = [Group(stage, dataset, "stage", stage) for stage in ("early", "late")]
    with pytest.raises(InputError, match="'late' has 19 samples; a comparison needs 20"):
        PooledSamples.of(ComparisonSpec(*groups))


def test_pool__refuses_data_without_common_genes(home):
    well, ill = split(two_groups())
    other = replace(ill, genes=tuple(f"h{gene}" for gene in range(ill.n_genes)))
    spec = ComparisonSpec(Group("well", stored(well)), Group("ill", stored(other)))
    with pytest.raises(InputError, match="0 common genes"):
        PooledSamples.of(spec)


@pytest.mark.parametrize("what", ["regulator", "target"])
def test_pool__refuses_a_name_that_only_one_data_set_has(two_datasets, what):
    spec = replace(two_datasets, **{f"{what}s": ("g00", "g09")})
    with pytest.raises(InputError, match=f"{what} 'g09' is not a gene of both"):
        PooledSamples.of(spec)


def test_pool__takes_pairs_as_blocks(spec):
    pooled = PooledSamples.of(replace(spec, blocks="patient"))
    assert np.bincount(pooled.blocks).tolist() == [2] * 24


def test_pool__refuses_blocks_of_one_group_only(home, choices):
    halves = tuple("odd" if n % 2 else "even" for n in range(48))
    dataset = stored(two_groups(batch=halves))
    spec = of_column(dataset, "state", ("well", "ill"), choices)
    with pytest.raises(InputError, match=r"0 of the 2 blocks .* 1 ways to exchange"):
        PooledSamples.of(replace(spec, blocks="batch"))
    (note,) = [note for note in PooledSamples.of(spec).notes() if "'batch'" in note]
    assert "(100%" in note


def test_pool__names_samples_that_are_never_exchanged(home, choices):
    batches = tuple("first" if n < 40 else f"only {n % 2}" for n in range(48))
    spec = of_column(stored(two_groups(batch=batches)), "state", ("well", "ill"), choices)
    pooled = PooledSamples.of(replace(spec, blocks="batch"))
    notes = pooled.notes()
    assert any("only have 8 samples" in note for note in notes)
    assert any("fisher_z do not know the blocks (batch)" in note for note in notes)


def test_notes__say_that_few_samples_favour_the_correlation(spec):
    (note,) = PooledSamples.of(spec).notes()
    assert "24 samples" in note
    assert "fisher_z" in note


def test_notes__count_genes_that_do_not_vary_in_a_group(home, choices):
    groups = two_groups()
    values = groups.values.copy()
    values[5, 1::2] = 2.0
    values[6] = 0.0
    dataset = stored(replace(groups, values=values))
    notes = PooledSamples.of(of_column(dataset, "state", (), choices)).notes()
    assert any("do not vary in one of the groups: 2." in note for note in notes)
    some = of_column(dataset, "state", (), choices, regulators=["g00"], targets=["g01", "g05"])
    assert any("groups: 1." in note for note in PooledSamples.of(some).notes())


def test_open__refuses_a_damaged_file(tmp_path):
    (tmp_path / "pooled.npy").write_bytes(b"x")
    with pytest.raises(RunError, match="cannot be read"):
        open_pooled(tmp_path / "pooled.npy", ["a"])
