"""Imports of the pages, made in the background when the server starts.

Streamlit imports what a page needs when the page is opened, and its first visitor would wait.
"""

from __future__ import annotations

import gc
import importlib
import threading

from ui.navigation import PAGES, ROOT

# Packages that pages and Streamlit import when they use them.
_LATER = (
    "PIL.PngImagePlugin",
    "plotly.io",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "streamlit.elements.arrow",
    "streamlit.material_icon_names",
)


def begin() -> None:
    """Import the modules of all pages in a thread, when Streamlit's runtime has started.

    Modules with cached functions and components look for the runtime when they are imported.
    """
    threading.Thread(target=import_all, name="page-imports", daemon=True).start()


def import_all() -> None:
    """Import the modules next to each page's script, and what they import later.

    Streamlit collects garbage after each drawing of a page or a part of it. What is imported stays
    until the server ends, so that it need not be looked at again each time.
    """
    for name in module_names():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def module_names() -> list[str]:
    """Return the modules of the pages that lie in the project, and of what they use later."""
    scripts = [ROOT / page.script for page in PAGES.records() if isinstance(page.script, str)]
    own = [
        ".".join(module.relative_to(ROOT).with_suffix("").parts)
        for script in scripts
        if script.is_relative_to(ROOT)
        for module in sorted(script.parent.glob("*.py"))
        if module != script
    ]
    return [*own, *_LATER]
