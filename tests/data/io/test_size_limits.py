"""Tests of the limits on memory."""

from __future__ import annotations

import pytest

from genie3_engine.data.io.size_limits import check_declared
from genie3_engine.data.sparse_genes import MAX_DENSE_BYTES
from genie3_engine.errors import InputError


@pytest.mark.parametrize(
    ("n_bytes", "stored", "code"),
    [
        (MAX_DENSE_BYTES + 1, MAX_DENSE_BYTES, "too-large"),
        (65 << 20, 100, "bomb"),
    ],
)
def test_check_declared__refuses_what_no_sound_file_has(n_bytes, stored, code):
    with pytest.raises(InputError, match=r"x\.loom: the matrix") as caught:
        check_declared("x.loom", "the matrix", n_bytes, stored=stored)
    assert caught.value.code == code


@pytest.mark.parametrize(("n_bytes", "stored"), [(64 << 20, 1), (1 << 30, 2 << 20)])
def test_check_declared__accepts_small_and_dense_parts(n_bytes, stored):
    check_declared("x.loom", "the matrix", n_bytes, stored=stored)
