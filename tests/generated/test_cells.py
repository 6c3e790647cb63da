"""Tests of reading generated files of cells."""

from __future__ import annotations

from collections import Counter

from tests.generated.cells import outcomes
from tests.generated.confusion import RIGHT, SILENT

N_FILES = 300


def test_read_raw__misreads_no_file_of_cells_in_silence():
    counts: Counter[str] = Counter()
    wrong = []
    for seed, made, outcome in outcomes(range(N_FILES)):
        counts[outcome.kind] += 1
        if outcome.kind != RIGHT:
            wrong.append((seed, outcome, made.parts))
    assert counts[SILENT] == 0, wrong
    assert counts[RIGHT] >= 0.98 * N_FILES, wrong
