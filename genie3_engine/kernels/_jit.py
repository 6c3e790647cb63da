"""Compile kernels with Numba, and cache their machine code.

``fastmath`` stays off: reordered sums would make the network depend on the machine.
``error_model="numpy"`` drops the checks for division by zero, which stop vectorisation.
``_nrt=False`` drops the counting of references to arrays, atomic operations that took a third of a
tree's time; it is safe because kernels allocate nothing and so own nothing.

numba looks only at the file of the compiled function when it decides whether cached code is
fresh, not at the files of the functions that it calls. The cache folder therefore carries the
hash of all kernel sources, so that an upgrade never runs old code. Where the engine lies does not
matter: a copy that was unpacked for one job runs what another copy has compiled.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import njit
from numba.core.caching import UserProvidedCacheLocator

Function = TypeVar("Function", bound=Callable[..., Any])

SETTINGS: dict[str, Any] = {
    "nogil": True,
    "fastmath": False,
    "boundscheck": False,
    "error_model": "numpy",
    "_nrt": False,
}


def cache_folder() -> Path:
    """Return the folder of compiled code: one for each version of the kernels."""
    base = os.environ.get("NUMBA_CACHE_DIR")
    if base is None:
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        base = str(Path(caches) / "genie3")
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return Path(base) / f"kernels-{digest.hexdigest()[:16]}"


class KernelLocator(UserProvidedCacheLocator):
    """Finds compiled code by the name of its module, not by the path of its source."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return the folder, below that of this version, of a module's compiled code."""
        return Path(py_file).parent.name


def kernel(function: Function) -> Function:
    """Compile a function that Python calls; its machine code is cached between processes."""
    return cast("Function", njit(cache=True, **SETTINGS)(function))


def inlined(function: Function) -> Function:
    """Compile a function that only kernels call; it becomes a part of its caller."""
    return cast("Function", njit(forceinline=True, **SETTINGS)(function))


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]
numba.config.CACHE_LOCATOR_CLASSES = ",".join(  # type: ignore[attr-defined]
    [f"{__name__}.{KernelLocator.__name__}", "InTreeCacheLocator", "UserWideCacheLocator"]
)
