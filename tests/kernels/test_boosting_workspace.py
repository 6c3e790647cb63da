from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.boosting_workspace import fixed_residuals, new_sorted, sort_samples


@pytest.mark.parametrize("n_samples", [2, 300, 65_535])
def test_fixed_residuals__leave_room_for_the_sums(n_samples):
    target = np.full(n_samples, -1 / np.sqrt(n_samples - 1))
    target[0] = np.sqrt(n_samples - 1)
    residual, bits = fixed_residuals(target)
    assert bits >= 21
    assert np.abs(residual / 2.0**bits - target).max() <= 2.0 ** -(bits + 1)
    # Sums are of twice the residuals times the samples of a node, and may grow by half.
    assert 3 * n_samples * sum(map(abs, residual.tolist())) < 2**62


def test_sort_samples__puts_the_highest_first_and_leaves_the_lowest_out():
    regulators = new_sorted(3, 4)
    values = [[1.0, 3.0, 2.0, 3.0], [0.0, 0.0, 5.0, 0.0], [7.0, 7.0, 7.0, 7.0]]
    sort_samples(np.array(values), regulators, 0)
    assert regulators.order.tolist() == [1, 3, 2, 4, 2, 4, 4, 4, 4, 4, 4, 4]
    assert regulators.n_above.tolist() == [3, 1, 0]
    assert regulators.n_levels.tolist() == [2, 1, 0]
    assert regulators.level_end[:2].tolist() == [2, 3]
    assert regulators.level_end[4:5].tolist() == [1]
    assert regulators.rank.tolist() == [0, 2, 1, 2, 0, 0, 1, 0, 0, 0, 0, 0]
    assert regulators.has_many_ties.tolist() == [True, False, False]
