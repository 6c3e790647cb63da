"""Tests of the precision of links by stability."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from genie3_engine.evaluation.calibration import (
    PrecisionBin,
    expected_precision,
    wilson_interval,
)
from genie3_engine.evaluation.gold_standard import GoldStandard

GENES = ("a", "b", "c", "x")
# a -> b and b -> c are true, a -> c, c -> a and b -> a are not, and other pairs are not judged.
GOLD = GoldStandard(GENES, np.array([1, 6]), np.array([1, 2, 4, 6, 8]))


def batch(*links):
    """Links of (regulator, target, halves of 20)."""
    names = ("z", "c", "b", "a", "x")
    sides = [
        pa.DictionaryArray.from_arrays(
            pa.array([names.index(link[side]) for link in links], pa.int32()), pa.array(names)
        )
        for side in (0, 1)
    ]
    stability = pa.array(np.array([link[2] / 20 for link in links], np.float32))
    return pa.record_batch([*sides, stability], names=["regulator", "target", "stability"])


def test_expected_precision__counts_judged_links_in_bins():
    links = [
        batch(("a", "b", 19), ("a", "c", 19), ("z", "a", 20), ("x", "a", 20)),
        batch(("b", "c", 4), ("c", "a", 3), ("b", "a", 16)),
    ]
    found = expected_precision(links, GOLD)
    counts = [(each.least, each.below, each.n_links, each.n_true) for each in found]
    assert counts == [
        (0.0, 0.2, 1, 0),
        (0.2, 0.5, 1, 1),
        (0.5, 0.8, 0, 0),
        (0.8, 0.95, 1, 0),
        (0.95, 1.0, 2, 1),
    ]
    assert found[4].precision == 0.5
    assert found[4].interval == wilson_interval(1, 2)


def test_expected_precision__of_no_links_is_unknown():
    (only,) = expected_precision([], GOLD, edges=())
    assert only == PrecisionBin(0.0, 1.0, 0, 0)
    assert math.isnan(only.precision)
    assert only.interval == (0.0, 1.0)


@pytest.mark.parametrize(("n_true", "n"), [(0, 7), (7, 7), (18, 41), (1, 9000)])
def test_wilson_interval__is_that_of_scipy(n_true, n):
    from scipy.stats import binomtest

    expected = binomtest(n_true, n).proportion_ci(method="wilson")
    assert wilson_interval(n_true, n) == pytest.approx((expected.low, expected.high), abs=1e-6)
