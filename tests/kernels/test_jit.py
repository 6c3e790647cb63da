from __future__ import annotations

import os
import subprocess
import sys

import pytest
from numba.core.caching import FunctionCache

from genie3_engine.kernels import _jit
from tests.conftest import ROOT


def test_settings__never_reorder_sums():
    assert _jit.SETTINGS["fastmath"] is False


@pytest.mark.parametrize("is_stored", [True, False])
def test_kernel__runs_where_its_code_cannot_be_stored(monkeypatch, is_stored):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FunctionCache, "save_overload", full)
    if not is_stored:
        monkeypatch.setattr(_jit, "CACHE_FOLDER", None)
    double = _jit.kernel(_double)
    assert (double(2), double(3)) == (4, 6)


def _double(number):
    return number + number


def test_inlined__is_a_part_of_kernels_and_plain_in_python():
    part = _jit.inlined(_double)
    assert _jit.kernel(lambda number: part(number) + 1)(2) == 5
    assert part(2) == 4
    assert part("a") == "aa"


CALL = """
import sys
import numpy as np
from genie3_engine.kernels.correlation import measure_rows
measure_rows(np.zeros((1, 2)), np.zeros(1), np.zeros(1))
print(*sys.modules)
"""


def test_kernel__is_loaded_without_the_compiler_which_comes_without_scipy(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    loaded = [
        subprocess.run(
            [sys.executable, "-c", CALL],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for _ in ("compiles", "loads")
    ]
    assert ["numba.np.arraymath" in modules for modules in loaded] == [True, False]
    assert not {"scipy.linalg", "scipy.linalg.cython_blas"} & {*loaded[0], *loaded[1]}
