"""Keep the machine code of kernels between processes, and compile each of it once.

numba looks only at the file of the compiled function when it decides whether cached code is
fresh, not at the files of the functions that it calls. The cache folder therefore carries the
hash of all kernel sources, so that an upgrade never runs old code. Where the engine lies and when
its files were written does not matter: a copy that was unpacked for one job runs what another copy
has compiled. numba keeps the code of each kind of processor apart.

The folder is the first of `cache_candidates` that can be written. Where there is none, or its disk
is full, each process compiles for itself.

numba by itself prepares its compiler before it loads what was compiled. Here only a process that
compiles does so: a run starts a quarter of a second sooner.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from llvmlite import binding
from numba.core.caching import FunctionCache, IndexDataCacheFile, UserProvidedCacheLocator
from numba.core.runtime._nrt_python import c_helpers

LONGEST_WAIT_SECONDS = 120.0  # compiling takes a tenth of it
LEAST_SHARE = 0.25  # of a core, below which compiling here is quicker than to wait
_LOOK_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


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
    """Finds compiled code by name and content of its module, not by path and date."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return the folder, below that of this version, of a module's compiled code."""
        return Path(py_file).parent.name

    def get_source_stamp(self) -> str:
        """Return what changes with the module of a function."""
        return hashlib.sha256(Path(self._py_file).read_bytes()).hexdigest()


class KernelCache(FunctionCache):
    """Stores compiled code by signature; only one process at a time compiles each.

    Where the disk refuses, the code is used and not stored.

    Notes
    -----
    numba's own index of all signatures of a function is written without a lock: of two processes
    that store one signature each, one could load the other's code. Here each signature has files
    of its own.

    A lock ends with the process that holds it, whatever ends that. It is ignored, and two processes
    compile the same, when its holder gets hardly any time of a core (it is suspended, or of low
    priority on a busy machine), or needs much longer than compiling takes.
    """

    def __init__(self, function: Any) -> None:  # noqa: ANN401 -- any function
        super().__init__(function)
        self._turns: dict[object, int] = {}

    def load_overload(self, sig: object, target_context: Any) -> Any:  # noqa: ANN401 -- numba's
        """Load a function's code for one signature; None when this process has to compile it."""
        name = self._select(sig, target_context)
        code = self._load_overload(sig, target_context)
        if code is None and sig not in self._turns:
            turn = _wait_for_turn(Path(self._cache_path) / f"{name}.lock")
            if turn is not None:
                self._turns[sig] = turn
            code = self._load_overload(sig, target_context)  # another may have compiled it
            if code is not None:
                self._end_turn(sig)
        if code is None:
            load_compiler()
        return code

    def _load_overload(self, sig: object, target_context: Any) -> Any:  # noqa: ANN401 -- numba's
        name_symbols()
        return super()._load_overload(sig, target_context)

    def save_overload(self, sig: object, data: Any) -> None:  # noqa: ANN401 -- numba's
        """Store a function's code for one signature."""
        try:
            with suppress(OSError):
                self._select(sig, data.target_context)
                super().save_overload(sig, data)
        finally:
            self._end_turn(sig)

    def _select(self, sig: object, target_context: Any) -> str:  # noqa: ANN401 -- numba's
        """Choose the files of one signature for numba to read and write; return their name."""
        key = repr(self._index_key(sig, target_context.codegen()))
        name = f"{self._impl.filename_base}.{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = IndexDataCacheFile(self._cache_path, name, stamp)
        return name

    def _end_turn(self, sig: object) -> None:
        turn = self._turns.pop(sig, None)
        if turn is not None:
            os.close(turn)


def name_symbols() -> None:
    """Name to the loader of machine code the functions with which a kernel takes Python's arrays.

    numba does so when it prepares its compiler.
    """
    for name, address in c_helpers.items():
        binding.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


def load_compiler() -> None:
    """Load numba's functions of arrays without SciPy's linear algebra, if that is not here yet.

    numba takes products of matrices from SciPy, which takes a second to import. No kernel
    multiplies matrices, so SciPy is hidden from numba meanwhile.
    """
    name = "scipy.linalg.cython_blas"
    if name in sys.modules:
        return
    sys.modules[name] = None  # an import of it fails immediately
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[name]


def _wait_for_turn(path: Path) -> int | None:
    """Return a lock, held until it is closed; None when it is held by others for too long."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    patience = _Patience(path)
    try:
        while not _try_lock(descriptor):
            if patience.is_over():
                raise TimeoutError
            time.sleep(_PAUSE_SECONDS)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except OSError:  # also of a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class _Patience:
    """Judges whether waiting for the holder of a lock is quicker than to compile as well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = self._looked = time.monotonic()
        self._used = _cpu_seconds(path)

    def is_over(self) -> bool:
        """Return whether to wait no longer."""
        now = time.monotonic()
        if now - self._began >= LONGEST_WAIT_SECONDS:
            return True
        passed = now - self._looked
        if passed < _LOOK_SECONDS:
            return False
        before, self._used, self._looked = self._used, _cpu_seconds(self._path), now
        if before is None or self._used is None or self._used < before:  # another holder
            return False
        return self._used - before < LEAST_SHARE * passed


def _cpu_seconds(path: Path) -> float | None:
    """Return the time of a core that the holder of a lock has used; None while it is unknown."""
    try:
        text = Path(f"/proc/{int(path.read_text())}/stat").read_text(errors="replace")
        user, system = text.rpartition(")")[2].split()[11:13]  # from field 3 of proc(5)
    except (OSError, ValueError):
        return None
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
