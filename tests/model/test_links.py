from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.model import ImportanceScale, TargetLinks


def test_importance_scale__is_its_text():
    assert [str(scale) for scale in ImportanceScale] == ["raw", "share", "rank"]


def test_target_links__is_compared_by_identity_since_it_holds_arrays():
    def links():
        return TargetLinks(1, np.zeros(2, np.int32), np.ones(2, np.float32), 0.5, 1.0)

    one = links()
    assert one == one
    assert one != links()
    with pytest.raises(AttributeError):
        one.target = 2
