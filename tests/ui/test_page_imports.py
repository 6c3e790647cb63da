from __future__ import annotations

import gc
import importlib.util
import sys

from ui import page_imports


def test_module_names__are_all_that_lie_next_to_the_scripts_of_pages():
    names = page_imports.module_names()
    assert {"pages.runs.overview", "pages.network.network_graph"} <= set(names)
    assert "pages.runs.page" not in names  # a script, which draws when it is imported
    assert all(importlib.util.find_spec(name) for name in names)


def test_import_all__leaves_what_is_imported_out_of_later_collections(monkeypatch):
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append("pages.runs.overview" in sys.modules))
    monkeypatch.setattr(page_imports, "module_names", lambda: ["pages.runs.overview"])
    page_imports.import_all()
    assert frozen == [True]
