"""Tests of links on disk, divided by target."""

import numpy as np
import pytest

from genie3_engine.combination.target_buckets import TargetBuckets, bucket_count


@pytest.fixture
def buckets(tmp_path):
    with TargetBuckets(tmp_path / "list", 5, 2) as buckets:
        buckets.add(np.array([3, 1, 2]), np.array([0, 0, 1]), np.array([0.5, 0.25, 1.0]))
        buckets.add(np.array([4, 4, -1, 3]), np.array([2, 4, 1, 0]), np.array([2.0, 9, 9, 3]))
    return buckets


class TestTargetBuckets:
    def test_read__returns_the_links_of_a_bucket_by_target_and_regulator(self, buckets):
        keys, values = buckets.read(0)
        assert keys.tolist() == [1, 3, 3, 14]
        assert values.tolist() == [0.25, 0.5, 3.0, 2.0]

    def test_best__keeps_the_largest_value_of_a_pair(self, buckets):
        keys, values = buckets.best(0)
        assert dict(zip(keys.tolist(), values.tolist(), strict=True)) == {1: 0.25, 3: 3.0, 14: 2.0}

    def test_add__leaves_out_self_links_and_genes_without_a_name(self, buckets):
        assert buckets.read(1)[0].tolist() == [7]


class TestBucketCount:
    def test_bucket_count__grows_with_the_links(self):
        assert [bucket_count(n) for n in (0, 10, 5_000_000, 10**12)] == [1, 1, 3, 256]
