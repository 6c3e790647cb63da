"""Compile kernels with Numba, and cache their machine code.

``fastmath`` stays off: reordered sums would make the network depend on the machine.
``error_model="numpy"`` drops the checks for division by zero, which stop vectorisation.
``_nrt=False`` drops the counting of references to arrays, atomic operations that took a third of a
tree's time; it is safe because kernels allocate nothing and so own nothing.

A function that only kernels call is handed on as LLVM's intermediate code, unoptimised: it is
optimised and turned into machine code once, as a part of each kernel. numba by itself does both for
each function and again for each of its callers, which took three fifths of the time of compiling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import njit
from numba.core import codegen, compiler

from genie3_engine.kernels._cache import KernelCache, KernelLocator, cache_folder, load_compiler

Function = TypeVar("Function", bound=Callable[..., Any])

SETTINGS: dict[str, Any] = {
    "nogil": True,
    "fastmath": False,
    "boundscheck": False,
    "error_model": "numpy",
    "_nrt": False,
}


class _PartLibrary(codegen.JITCodeLibrary):
    """The intermediate code of a function that only kernels call."""

    @property
    def codegen(self) -> Any:  # noqa: ANN401 -- numba's
        """Return what binds the function's objects, for a function that has no address."""
        return _Unbound

    def get_pointer_to_function(self, _: str) -> int:
        """Return the address of no function."""
        self._ensure_finalized()
        return 0

    def _optimize_functions(self, ll_module: Any) -> None:  # noqa: ANN401 -- numba's
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        """Leave it to the kernel's library."""

    def _finalize_final_module(self) -> None:
        self._verify_declare_only_symbols()
        self._finalized = True


class _Unbound:
    @staticmethod
    def set_env(*_: object) -> None:
        """Bind nothing: a kernel needs no Python objects."""


class _PartCompiler(compiler.Compiler):
    """Compiles a function into a `_PartLibrary`."""

    def compile_extra(self, func: Any) -> Any:  # noqa: ANN401 -- numba's
        """Compile a function."""
        targets = self.state.targetctx.codegen()
        self.state.library = _PartLibrary(targets, func.__qualname__)
        return super().compile_extra(func)


PART_SETTINGS: dict[str, Any] = {
    **SETTINGS,
    "forceinline": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "pipeline_class": _PartCompiler,
}


def kernel(function: Function) -> Function:
    """Compile a function that Python calls; its machine code is cached between processes."""
    compiled = njit(**SETTINGS)(function)
    if CACHE_FOLDER is not None:
        compiled._cache = KernelCache(function)  # what njit(cache=True) does
    return cast("Function", compiled)


def inlined(function: Function) -> Function:
    """Compile a function for kernels, which it becomes a part of; Python runs it as it is."""
    compiled = njit(**PART_SETTINGS)(function)
    # What is compiled has no address that Python could call.
    compiled._insert = lambda *_, **__: None
    compiled._compile_for_args = lambda *_, **__: function
    return cast("Function", compiled)


CACHE_FOLDER = cache_folder()
if CACHE_FOLDER is None:
    load_compiler()
else:
    numba.config.CACHE_DIR = str(CACHE_FOLDER)  # type: ignore[attr-defined]
    numba.config.CACHE_LOCATOR_CLASSES = f"{KernelLocator.__module__}.{KernelLocator.__name__}"  # type: ignore[attr-defined]
