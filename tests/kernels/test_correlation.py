import math

import numpy as np

from genie3_engine.kernels.correlation import correlate_pairs, measure_rows


def test_correlate_pairs__opposite_and_constant():
    values = np.array([[1.0, 2, 3, 4, 5], [5, 4, 3, 2, 1], [0.1] * 5])
    values.flags.writeable = False
    means, lengths, out = np.empty(3), np.empty(3), np.empty(2)
    measure_rows(values, means, lengths)
    correlate_pairs(
        *(values, means, lengths),
        *(np.array(places, np.int32) for places in ([0, 0], [1, 2])),
        out,
    )
    assert np.isclose(out[0], -1)
    assert np.isnan(out[1])


def test_measure_rows__sums_samples_in_their_order():
    values = np.random.default_rng(1).normal(5, 3, (4, 1001))
    values.flags.writeable = False
    means, lengths = np.empty(4), np.empty(4)
    measure_rows(values, means, lengths)
    for row, mean, length in zip(values.tolist(), means, lengths, strict=True):
        total = squares = 0.0
        for value in row:
            total += value - row[0]
        assert mean == row[0] + total / len(row)
        for value in row:
            squares += (value - mean) * (value - mean)
        assert length == math.sqrt(squares)
