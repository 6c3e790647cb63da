"""Tests of evaluating generated links and gold standards."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.generated.confusion import RIGHT, SILENT, VAGUE, WARNED
from tests.generated.links import outcomes

N_FILES = int(os.environ.get("GENIE3_GENERATED", "200"))


@pytest.mark.slow(8)
def test_evaluate__misreads_no_table_in_silence():
    counts: Counter[str] = Counter()
    wrong = []
    for seed, made, outcome in outcomes(range(N_FILES)):
        counts[outcome.kind] += 1
        if outcome.kind != RIGHT:
            wrong.append((seed, outcome, made.parts))
    assert counts[SILENT] == 0, wrong
    assert counts[WARNED] + counts[VAGUE] <= 0.005 * N_FILES, wrong
    assert counts[RIGHT] >= 0.98 * N_FILES, wrong
