import numpy as np

from genie3_engine.kernels.correlation import correlate_pairs


def test_correlate_pairs__opposite_and_constant():
    values = np.array([[1.0, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 1, 1, 1, 1]])
    values.flags.writeable = False
    means = values.mean(axis=1)
    lengths = np.linalg.norm(values - means[:, None], axis=1)
    out = np.empty(2)
    correlate_pairs(
        *(values, means, lengths),
        *(np.array(places, np.int32) for places in ([0, 0], [1, 2])),
        out,
    )
    assert np.isclose(out[0], -1)
    assert np.isnan(out[1])
