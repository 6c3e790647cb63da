"""Compile kernels with Numba, and cache their machine code.

``fastmath`` stays off: reordered sums would make the network depend on the machine.
``error_model="numpy"`` drops the checks for division by zero, which stop vectorisation.
``_nrt=False`` drops the counting of references to arrays, atomic operations that took a third of a
tree's time; it is safe because kernels allocate nothing and so own nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import njit

from genie3_engine.kernels._cache import KernelCache, KernelLocator, cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])

SETTINGS: dict[str, Any] = {
    "nogil": True,
    "fastmath": False,
    "boundscheck": False,
    "error_model": "numpy",
    "_nrt": False,
}


def kernel(function: Function) -> Function:
    """Compile a function that Python calls; its machine code is cached between processes."""
    compiled = njit(**SETTINGS)(function)
    if CACHE_FOLDER is not None:
        compiled._cache = KernelCache(function)  # what njit(cache=True) does
    return cast("Function", compiled)


def inlined(function: Function) -> Function:
    """Compile a function that only kernels call; it becomes a part of its caller."""
    return cast("Function", njit(forceinline=True, **SETTINGS)(function))


CACHE_FOLDER = cache_folder()
if CACHE_FOLDER is not None:
    numba.config.CACHE_DIR = str(CACHE_FOLDER)  # type: ignore[attr-defined]
    numba.config.CACHE_LOCATOR_CLASSES = f"{KernelLocator.__module__}.{KernelLocator.__name__}"  # type: ignore[attr-defined]
