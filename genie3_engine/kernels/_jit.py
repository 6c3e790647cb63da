"""Compile kernels with Numba, and cache their machine code.

``fastmath`` stays off: reordered sums would make the network depend on the machine.
``error_model="numpy"`` drops the checks for division by zero, which stop vectorisation.
``_nrt=False`` drops the counting of references to arrays, atomic operations that took a third of a
tree's time; it is safe because kernels allocate nothing and so own nothing.

numba looks only at the file of the compiled function when it decides whether cached code is
fresh, not at the files of the functions that it calls. The cache folder therefore carries the
hash of all kernel sources, so that an upgrade never runs old code. Where the engine lies does not
matter: a copy that was unpacked for one job runs what another copy has compiled.

The folder is the first of `cache_candidates` that can be written. Where there is none, or its disk
is full, each process compiles for itself.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import njit
from numba.core.caching import FunctionCache, UserProvidedCacheLocator

Function = TypeVar("Function", bound=Callable[..., Any])

SETTINGS: dict[str, Any] = {
    "nogil": True,
    "fastmath": False,
    "boundscheck": False,
    "error_model": "numpy",
    "_nrt": False,
}


def cache_candidates() -> Iterator[Path]:
    """Yield the folders in which compiled code may be stored, the preferred one first."""
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(chosen)
    if caches := os.environ.get("XDG_CACHE_HOME"):
        yield Path(caches) / "genie3"
    with suppress(RuntimeError):  # no home
        yield Path.home() / ".cache" / "genie3"
    if home := os.environ.get("GENIE3_HOME"):
        yield Path(os.path.expanduser(home)) / "cache"
    with suppress(OSError):  # no temporary folder
        yield Path(tempfile.gettempdir()) / f"genie3-{os.getuid()}"


def cache_folder() -> Path | None:
    """Return the folder of compiled code, one for each version of the kernels.

    Returns
    -------
    Path or None
        A folder that exists and can be written; None when there is none.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    return next((base / name for base in cache_candidates() if _is_usable(base, name)), None)


def _is_usable(base: Path, name: str) -> bool:
    """Return whether a folder can be written, and by no other user: its code will be run."""
    try:
        base.mkdir(parents=True, mode=0o700, exist_ok=True)
        if base.parent == Path(tempfile.gettempdir()):  # where everyone may make a folder
            found = base.lstat()
            if found.st_uid != os.getuid() or found.st_mode & 0o022:
                return False
        (base / name).mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=base / name).close()
    except OSError:
        return False
    return True


class KernelLocator(UserProvidedCacheLocator):
    """Finds compiled code by the name of its module, not by the path of its source."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return the folder, below that of this version, of a module's compiled code."""
        return Path(py_file).parent.name


class KernelCache(FunctionCache):
    """Stores compiled code; where the disk refuses, the code is used and not stored."""

    def save_overload(self, sig: object, data: object) -> None:
        """Store a function's code for one signature."""
        with suppress(OSError):
            super().save_overload(sig, data)


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
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{KernelLocator.__name__}"  # type: ignore[attr-defined]
