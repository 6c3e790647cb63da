from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.differential.permutations import permuted_labels

LABELS = st.lists(st.booleans(), min_size=1, max_size=40).map(np.array)


@given(LABELS, st.data())
def test_permuted_labels__keep_the_labels_of_each_block(labels, data):
    n = labels.size
    blocks = np.array(data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    permuted = permuted_labels(labels, blocks=blocks, number=3, seed=7)
    for block in set(blocks.tolist()):
        assert permuted[blocks == block].sum() == labels[blocks == block].sum()


@given(LABELS, st.integers(1, 5))
def test_permuted_labels__follow_an_exchange_of_the_groups(labels, number):
    blocks = np.arange(labels.size) % 3
    permuted = permuted_labels(labels, blocks=blocks, number=number, seed=7)
    exchanged = permuted_labels(~labels, blocks=blocks, number=number, seed=7)
    assert (exchanged == ~permuted).all()


def test_permuted_labels__number_0_is_the_observed_labelling():
    labels = np.arange(9) % 2 == 0
    assert (permuted_labels(labels, number=0, seed=1) == labels).all()


def test_permuted_labels__differ_by_number_and_seed_and_not_by_call():
    labels = np.arange(60) < 25
    found = {
        (number, seed): permuted_labels(labels, number=number, seed=seed).tobytes()
        for number in range(1, 4)
        for seed in range(2)
    }
    assert len(set(found.values())) == len(found)
    assert found[2, 1] == permuted_labels(labels, number=2, seed=1).tobytes()


def test_permuted_labels__every_sample_is_as_often_in_the_second_group():
    labels = np.arange(12) < 4
    counts = sum(permuted_labels(labels, number=m, seed=0).astype(int) for m in range(1, 3001))
    assert np.abs(counts / 3000 - 1 / 3).max() < 0.04
