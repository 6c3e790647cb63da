from __future__ import annotations

from pathlib import Path

from genie3_engine.kernels import _jit


def test_settings__never_reorder_sums():
    assert _jit.SETTINGS["fastmath"] is False


def test_cache_folder__is_where_the_user_wants_it_and_names_the_version(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    assert _jit.cache_folder().parent == tmp_path / "numba"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert _jit.cache_folder().parent == tmp_path / "caches" / "genie3"


def test_cache_folder__changes_with_the_compiler(monkeypatch):
    before = _jit.cache_folder().name
    monkeypatch.setattr(_jit.numba, "__version__", "another")
    assert _jit.cache_folder().name != before


def test_kernel_locator__does_not_depend_on_where_the_engine_lies():
    paths = [str(Path(root) / "kernels" / "tree.py") for root in ("/one", "/two/more")]
    assert len({_jit.KernelLocator.get_suitable_cache_subpath(path) for path in paths}) == 1
