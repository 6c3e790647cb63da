"""The graph component: a network drawn in the browser.

The drawing is a component of our own around sigma.js: ``src`` holds its source, ``bundle`` what
``npm run build`` makes of it. Nothing is fetched from elsewhere.

All that a reader changes in a graph is one dictionary, `genie3_engine.networks.arrangement.\
Arrangement.as_dict`. The component reports it, and draws the one in its payload:

- ``selected``: list of genes, the selection;
- ``hidden``: list of genes that are not drawn;
- ``kept``: list of the only genes that are drawn, or None for all;
- ``pinned``: where genes lie that were dragged, ``{gene: [x, y]}`` in the unit of the layout;
- ``camera``: None while all is in sight, else ``{"x": ..., "y": ..., "zoom": ...}``, the middle in
  the unit of the layout and an enlargement. It is reported a second after it has come to rest.

Genes are named by their identifiers. The gene in focus and the second gene of a path are not part
of it: they are the payload's ``selected`` and ``highlight``, and come back as a choice.
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
    on_arrangement: Callable[[], None] = lambda: None,
) -> None:
    """Show a network.

    Parameters
    ----------
    payload : mapping
        What to draw: `genie3_engine.networks.graph_payload.graph_payload`.
    key : str
        The widget's key. In the callbacks its session state holds ``choice``: ``gene``, the gene in
        focus, and ``to``, the second gene of a link or path, both None after a click on the
        background; and ``arrangement``, the dictionary of the reader's changes.
    height : int
        Most pixels in height, unless the window is higher.
    on_choice, on_arrangement : callable
        Called before the rerun that follows a choice, or a change of the arrangement.
    """
    _component(
        key=key,
        data={**payload, "height": height},
        on_choice_change=on_choice,
        on_arrangement_change=on_arrangement,
    )
