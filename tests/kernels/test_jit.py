from __future__ import annotations

from pathlib import Path

import pytest
from numba.core.caching import FunctionCache

from genie3_engine.kernels import _jit


def test_settings__never_reorder_sums():
    assert _jit.SETTINGS["fastmath"] is False


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Places of compiled code that a test sets: none is given, and home cannot be written."""
    for variable in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "GENIE3_HOME"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "file").touch()  # below a file nothing can be made, by root neither
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(_jit.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    return tmp_path


def test_cache_folder__is_where_the_user_wants_it_and_names_the_version(monkeypatch, places):
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "caches"))
    assert _jit.cache_folder().parent == places / "caches" / "genie3"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places / "numba"))
    assert _jit.cache_folder().parent == places / "numba"


def test_cache_folder__is_in_the_users_home_by_default(monkeypatch, places):
    monkeypatch.setenv("HOME", str(places / "me"))
    monkeypatch.setenv("GENIE3_HOME", str(places / "home"))
    assert _jit.cache_folder().parent == places / "me" / ".cache" / "genie3"


@pytest.mark.parametrize("home", ["/dev/null", "/proc/nonexistent", None])
def test_cache_folder__is_in_genie3_home_when_the_users_home_cannot_be_written(
    monkeypatch, places, home
):
    monkeypatch.setenv("GENIE3_HOME", str(places / "home"))
    if home is None:
        monkeypatch.setattr(_jit.Path, "home", _no_home)
    else:
        monkeypatch.setenv("HOME", home)
    assert _jit.cache_folder().parent == places / "home" / "cache"


def _no_home():
    raise RuntimeError("Could not determine home directory.")


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "GENIE3_HOME"])
def test_cache_folder__is_temporary_and_private_when_nothing_else_can_be_written(
    monkeypatch, places, variable
):
    monkeypatch.setenv(variable, str(places / "file" / "below"))
    folder = _jit.cache_folder().parent
    assert folder.parent == places / "tmp"
    assert folder.stat().st_mode & 0o077 == 0


def test_cache_folder__is_not_one_that_others_may_write(places):
    shared = _jit.cache_folder().parent
    shared.chmod(0o777)
    assert _jit.cache_folder() is None


def test_cache_folder__is_none_where_nothing_can_be_written(monkeypatch, places):
    monkeypatch.setattr(_jit.tempfile, "gettempdir", lambda: str(places / "file"))
    assert _jit.cache_folder() is None


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


def test_cache_folder__changes_with_the_compiler(monkeypatch):
    before = _jit.cache_folder().name
    monkeypatch.setattr(_jit.numba, "__version__", "another")
    assert _jit.cache_folder().name != before


def test_kernel_locator__does_not_depend_on_where_the_engine_lies():
    paths = [str(Path(root) / "kernels" / "tree.py") for root in ("/one", "/two/more")]
    assert len({_jit.KernelLocator.get_suitable_cache_subpath(path) for path in paths}) == 1
