from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.kernels import rank_layout
from genie3_engine.kernels.importance import MAX_SAMPLES, fixed_point, grow_forest
from genie3_engine.kernels.rank_layout import rank_matrix
from genie3_engine.kernels.workspace import RESPONSE_BITS, new_workspace
from tests.kernels import plain_forests

ROOT = Path(__file__).resolve().parents[2]


@given(st.integers(2, 400), st.integers(0, 2**32))
def test_fixed_point__rounds_to_its_last_bit(n, seed):
    target = np.random.default_rng(seed).standard_cauchy(n)
    target = (target - target.mean()) / target.std()
    response, bits = fixed_point(target)
    assert np.abs(response / 2.0**bits - target).max() <= 2.0 ** -(bits + 1)
    assert abs(response).sum() < 2 ** (RESPONSE_BITS - 1)


def test_fixed_point__fits_the_worst_target_of_the_most_samples():
    n = MAX_SAMPLES
    target = np.full(n, -1 / np.sqrt(n - 1))
    target[0] = np.sqrt(n - 1)
    response, bits = fixed_point(target)
    assert bits >= 19
    # A bootstrap could draw the largest n times.
    assert int(abs(response).max()) * n < 2 ** (RESPONSE_BITS - 1)


def test_grow_forest__has_the_same_bits_with_rows_of_samples(monkeypatch):
    monkeypatch.setattr(rank_layout, "_MAX_NEAR_SAMPLES", 512)
    rng = np.random.default_rng(3)
    ranks = rng.permuted(np.tile(np.arange(700, dtype=np.uint16), (20, 1)), axis=1)
    ranks[10:] //= 40
    response = rng.integers(-(10**6), 10**6, 700) + 2000 * ranks[3].astype(np.int64)
    matrix, answers = rank_matrix(ranks), []
    for layout in (matrix, matrix._replace(row_node=0)):
        work = new_workspace(
            ranks,
            response,
            candidates=np.arange(20, dtype=np.int32),
            n_levels=700,
            matrix=layout,
        )
        importance = np.zeros(20)
        grow_forest(work, 17, 2, np.uint64(1), importance)
        answers.append(importance.tobytes() + work.predicted.tobytes())
    assert matrix.n_in_row == 20
    assert answers[0] == answers[1]


@pytest.mark.slow(45)  # with the other tests of the kernels, which need what it compiles
def test_forests__have_the_same_bits_without_the_compiler():
    answer = subprocess.run(
        [sys.executable, "-m", "tests.kernels.plain_forests"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == plain_forests.digests()
