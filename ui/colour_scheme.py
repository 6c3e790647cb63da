"""Draw the page anew when the colour scheme of the reader's system changes.

Figures take the colours of the scheme on the server. Everything else follows in the browser.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "genie3.colour_scheme",
    html='<div class="colour-scheme"></div>',
    js=(Path(__file__).parent / "colour_scheme.js").read_text(encoding="utf-8"),
)


def follow() -> None:
    """Run the page again once the browser has taken another scheme; nothing is shown."""
    _component(key="colour_scheme", on_scheme_change=lambda: None)
