from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.evaluation.rank_groups import RankGroups

# Found 1 0 1 0: precision 1, 1/2, 2/3, 1/2 at recall 1/2, 1/2, 1, 1.
ONE = RankGroups(np.array([0.0, 2.0]), np.array([1.0, 3.0]), np.array([1.0, 2.0]), 4)


def test_rank_groups__worked_by_hand():
    assert ONE.auroc() == pytest.approx(0.75)
    assert ONE.aupr_dream5() == pytest.approx(1 / 2 + 2 / 3 - (1 / 2 + 2 / 3) / 2)
    assert ONE.average_precision() == pytest.approx((1 + 2 / 3) / 2)
    assert ONE.early_precision() == pytest.approx(0.5)
    assert ONE.aupr_dream4() == pytest.approx((1 + 1 - np.log(3 / 2)) / 2)


def test_rank_groups__columns_are_weightings():
    many = RankGroups(
        *(np.column_stack([side, side]) for side in (ONE.start, ONE.end, ONE.n_true)), 4
    )
    for measure in ("auroc", "aupr_dream5", "aupr_dream4", "average_precision", "early_precision"):
        assert getattr(many, measure)() == pytest.approx([float(getattr(ONE, measure)())] * 2)


def test_rank_groups__a_group_of_weight_0_changes_nothing():
    spread = RankGroups(
        np.array([0.0, 0.0, 2.0, 3.0]),
        np.array([0.0, 1.0, 3.0, 3.0]),
        np.array([0.0, 1.0, 2.0, 2.0]),
        4,
    )
    for measure in ("auroc", "aupr_dream5", "aupr_dream4", "average_precision", "early_precision"):
        assert getattr(spread, measure)() == pytest.approx(getattr(ONE, measure)())
