from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from numba import types

from genie3_engine.kernels import _cache, _jit
from tests.clock import Clock
from tests.waiting import HANG_SECONDS

INTEGER, FLOAT = (types.int64,), (types.float64,)
HOLDER = """
import fcntl, sys
with open(sys.argv[1], "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    print(flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Places of compiled code that a test sets: none is given, and home cannot be written."""
    for variable in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "GENIE3_HOME"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "file").touch()  # below a file nothing can be made, by root neither
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(_cache.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    return tmp_path


def test_cache_folder__is_where_the_user_wants_it_and_names_the_version(monkeypatch, places):
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "caches"))
    assert _cache.cache_folder().parent == places / "caches" / "genie3"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places / "numba"))
    assert _cache.cache_folder().parent == places / "numba"


def test_cache_folder__is_in_the_users_home_by_default(monkeypatch, places):
    monkeypatch.setenv("HOME", str(places / "me"))
    monkeypatch.setenv("GENIE3_HOME", str(places / "home"))
    assert _cache.cache_folder().parent == places / "me" / ".cache" / "genie3"


@pytest.mark.parametrize("home", ["/dev/null", "/proc/nonexistent", None])
def test_cache_folder__is_in_genie3_home_when_the_users_home_cannot_be_written(
    monkeypatch, places, home
):
    monkeypatch.setenv("GENIE3_HOME", str(places / "home"))
    if home is None:
        monkeypatch.setattr(_cache.Path, "home", _no_home)
    else:
        monkeypatch.setenv("HOME", home)
    assert _cache.cache_folder().parent == places / "home" / "cache"


def _no_home():
    raise RuntimeError("Could not determine home directory.")


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "GENIE3_HOME"])
def test_cache_folder__is_temporary_and_private_when_nothing_else_can_be_written(
    monkeypatch, places, variable
):
    monkeypatch.setenv(variable, str(places / "file" / "below"))
    folder = _cache.cache_folder().parent
    assert folder.parent == places / "tmp"
    assert folder.stat().st_mode & 0o077 == 0


def test_cache_folder__is_not_one_that_others_may_write(places):
    shared = _cache.cache_folder().parent
    shared.chmod(0o777)
    assert _cache.cache_folder() is None


def test_cache_folder__is_none_where_nothing_can_be_written(monkeypatch, places):
    monkeypatch.setattr(_cache.tempfile, "gettempdir", lambda: str(places / "file"))
    assert _cache.cache_folder() is None


def test_cache_folder__changes_with_the_compiler(monkeypatch):
    before = _cache.cache_folder().name
    monkeypatch.setattr(_cache.numba, "__version__", "another")
    assert _cache.cache_folder().name != before


def test_kernel_locator__does_not_depend_on_where_the_engine_lies():
    paths = [str(Path(root) / "kernels" / "tree.py") for root in ("/one", "/two/more")]
    assert len({_cache.KernelLocator.get_suitable_cache_subpath(path) for path in paths}) == 1


def test_kernel_locator__knows_a_module_by_its_content(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("a = 1")
    locator = _cache.KernelLocator(_double, str(module))
    before = locator.get_source_stamp()
    os.utime(module, (0, 0))
    assert locator.get_source_stamp() == before
    module.write_text("a = 2")
    assert locator.get_source_stamp() != before


def _double(number):
    return number + number


@pytest.fixture
def new_kernel(monkeypatch, tmp_path):
    """Return the same kernel as often as it is called, each time as another process has it."""
    monkeypatch.setattr(_jit.numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(_jit, "CACHE_FOLDER", tmp_path)
    return lambda: _jit.kernel(_double)


def begin(kernel, signature=INTEGER):
    """Find no code, as a process that compiles then; return what is found instead."""
    return kernel._cache.load_overload(signature, kernel.targetctx)


def test_kernel_cache__keeps_the_code_of_each_signature_in_files_of_its_own(new_kernel, tmp_path):
    first, second = new_kernel(), new_kernel()
    assert begin(first, INTEGER) is begin(second, FLOAT) is None
    second.compile(FLOAT)
    first.compile(INTEGER)
    assert len(list(tmp_path.rglob("*.nbi"))) == 2
    loaded = new_kernel()
    assert (loaded(2), loaded(0.25)) == (4, 0.5)
    assert not loaded.stats.cache_misses


def test_kernel_cache__waits_for_who_compiles_and_loads_that(new_kernel, monkeypatch):
    waits = threading.Event()
    sleep = _cache.time.sleep
    monkeypatch.setattr(_cache.time, "sleep", lambda seconds: (waits.set(), sleep(seconds)))
    first, second = new_kernel(), new_kernel()
    assert begin(first) is None
    found = []
    other = threading.Thread(target=lambda: found.append(begin(second)))
    other.start()
    assert waits.wait(HANG_SECONDS)
    assert found == []
    first.compile(INTEGER)
    other.join(HANG_SECONDS)
    assert found[0] is not None


def test_kernel_cache__does_not_wait_for_a_process_that_was_killed(new_kernel, tmp_path):
    first, second = new_kernel(), new_kernel()
    assert begin(first) is None
    (lock,) = tmp_path.rglob("*.lock")
    first._cache._end_turn(INTEGER)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    assert begin(second) is None
    assert second._cache._turns  # nobody else has it


def test_kernel_cache__compiles_too_when_another_takes_too_long(new_kernel, monkeypatch):
    first, second = new_kernel(), new_kernel()
    assert begin(first) is None
    monkeypatch.setattr(_cache, "LONGEST_WAIT_SECONDS", 0.0)
    assert second(2) == 4
    assert first(3) == 6


def test_kernel_cache__compiles_too_when_the_other_gets_no_time_of_a_core(
    new_kernel, monkeypatch, tmp_path
):
    first, second = new_kernel(), new_kernel()
    assert begin(first) is None
    (lock,) = tmp_path.rglob("*.lock")
    clock, pauses = Clock(), []
    monkeypatch.setattr(_cache.time, "monotonic", clock)
    monkeypatch.setattr(_cache.time, "sleep", lambda _: (pauses.append(1), clock.advance(1.0)))
    used = {"busy": iter([0.0, 3.0, 6.0, 6.5]), "suspended": iter([6.5, 6.5])}
    for holder, seconds in (("busy", 15), ("suspended", 5)):
        monkeypatch.setattr(_cache, "_cpu_seconds", lambda _, name=holder: next(used[name]))
        pauses.clear()
        assert begin(second) is None
        assert len(pauses) == seconds
    assert lock.read_text() == str(os.getpid())


def test_cpu_seconds__are_of_the_holder_of_the_lock(tmp_path):
    lock = tmp_path / "lock"
    assert _cache._cpu_seconds(lock) is None
    lock.write_text("")
    assert _cache._cpu_seconds(lock) is None
    lock.write_text(str(os.getpid()))
    assert _cache._cpu_seconds(lock) == pytest.approx(sum(os.times()[:2]), abs=0.5)


def test_kernel_cache__lets_others_compile_when_it_has_failed(new_kernel, monkeypatch):
    first, second = new_kernel(), new_kernel()
    monkeypatch.setattr(first._compiler, "compile", _fail)
    for _ in range(2):  # the second time it does not wait for itself
        with pytest.raises(ArithmeticError):
            first.compile(INTEGER)
    first._cache._end_turn(INTEGER)
    assert second(2) == 4


def _fail(*_):
    raise ArithmeticError
