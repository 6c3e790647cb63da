from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import OBSERVING
from genie3_engine.differential.forest_growth import ForestGrowth
from genie3_engine.differential.pooled_design import PooledDesign
from genie3_engine.differential.worker import prepare
from genie3_engine.errors import InputError
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.filenames import TaskName


@pytest.fixture
def grow(folder):
    """Make the growth of one task of three."""
    comparison = ComparisonFolder.open(folder)
    pooled = PooledDesign.of(prepare(comparison))
    with Attempt(comparison) as attempt:
        yield lambda index: ForestGrowth(
            comparison,
            attempt,
            pooled=pooled,
            layout=comparison.spec.layout,
            task=TaskName(index, 3),
        )


def test_grow__grows_the_share_of_a_task_alone_and_sees_what_others_have(grow):
    first, second = grow(0), grow(1)
    first.grow(OBSERVING, range(1))
    assert second.missing(range(1)).tolist() == [
        number for number in range(20) if number % 10 % 3 != 0
    ]
    second.grow(OBSERVING, range(1))
    assert first.missing(range(1), np.array([0, 1, 2])).tolist() == [2, 12]


def test_growth__refuses_more_forests_than_there_are_numbers(grow, folder, monkeypatch):
    spec = replace(ComparisonFolder.open(folder).spec, n_more=200_000_000)
    monkeypatch.setattr(ComparisonFolder, "spec", spec)
    with pytest.raises(InputError, match="would grow"):
        grow(0)
