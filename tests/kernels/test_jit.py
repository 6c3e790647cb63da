from __future__ import annotations

import subprocess
import sys

import pytest
from numba.core.caching import FunctionCache

from genie3_engine.kernels import _jit


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


LOADED = """
import sys
from numba.core.registry import cpu_target
from genie3_engine.kernels import _jit
cpu_target.target_context.refresh()  # what loading a kernel does first
print(*sys.modules)
"""


def test_kernel__is_loaded_without_the_linear_algebra_of_scipy():
    run = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "numba.np.arraymath" in loaded
    assert not loaded & {"scipy.linalg", "scipy.linalg.cython_blas"}
