"""The graph component: a network drawn in the browser.

The drawing is a component of our own around sigma.js: ``src`` holds its source, ``bundle`` what
``npm run build`` makes of it. Nothing is fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "genie3.graph",
    html=(_HERE / "graph.html").read_text(encoding="utf-8"),
    css=(_HERE / "graph.css").read_text(encoding="utf-8"),
    js=(_HERE / "bundle" / "graph.js").read_text(encoding="utf-8"),
)


def gene_graph(
    payload: Mapping[str, Any],
    *,
    key: str,
    height: int = 620,
    on_choice: Callable[[], None] = lambda: None,
) -> None:
    """Show a network.

    Parameters
    ----------
    payload : mapping
        What to draw: `genie3_engine.networks.graph_payload.drawing`.
    key : str
        The widget's key. In the callback its session state holds ``choice``: ``gene``, the gene in
        focus, and ``to``, the second gene of a link or path; both None after a click on
        the background.
    height : int
        Height in pixels.
    on_choice : callable
        Called before the rerun that follows a click.
    """
    _component(key=key, data={**payload, "height": height}, on_choice_change=on_choice)
