"""How does a page show a directed network that can be touched?

The drawing is a component of our own around sigma.js: ``src`` holds its source, ``bundle`` what
``npm run build`` makes of it. Nothing is fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_HTML = """
<div class="graph">
  <div class="graph-canvas" data-testid="graph" role="img" aria-label="Gene network"></div>
  <div class="graph-tip" aria-live="polite"></div>
  <div class="graph-buttons">
    <button data-zoom="in" aria-label="Zoom in" title="Zoom in">+</button>
    <button data-zoom="out" aria-label="Zoom out" title="Zoom out">&minus;</button>
    <button data-zoom="fit" aria-label="Fit" title="Show the whole network">Fit</button>
  </div>
  <p class="graph-problem" hidden>
    This browser cannot draw the network (WebGL is missing). The table holds the same links.
  </p>
</div>
"""
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "genie3.graph",
    html=_HTML,
    css=(_HERE / "graph.css").read_text(encoding="utf-8"),
    js=(_HERE / "bundle" / "graph.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network with places, as the component takes it.

    Parameters
    ----------
    version : str
        Names the content: the graph is built anew when it changes.
    genes : sequence of str
        Names, unique.
    x, y : sequences of float
        Places of the genes.
    source, target : sequences of int
        Positions in ``genes`` of each link's regulator and target.
    importance : sequence of float
        Decides the width of a link.
    """

    version: str
    genes: Sequence[str]
    x: Sequence[float]
    y: Sequence[float]
    source: Sequence[int]
    target: Sequence[int]
    importance: Sequence[float]


def gene_graph(
    drawing: Drawing,
    *,
    key: str,
    selected: str | None = None,
    height: int = 620,
    on_select: Callable[[], None] = lambda: None,
) -> str | None:
    """Show a network and return the gene that was clicked last.

    Parameters
    ----------
    drawing : Drawing
        What to draw.
    key : str
        The widget's key; its session state holds ``gene``, the clicked gene or None.
    selected : str or None
        The gene to focus on.
    height : int
        Height in pixels.
    on_select : callable
        Called before the rerun that follows a click.

    Returns
    -------
    str or None
        The clicked gene; None after a click beside all genes.
    """
    data: dict[str, Any] = {
        "version": drawing.version,
        "genes": {
            "name": list(drawing.genes),
            "x": [round(float(value), 3) for value in drawing.x],
            "y": [round(float(value), 3) for value in drawing.y],
        },
        "links": {
            "source": [int(value) for value in drawing.source],
            "target": [int(value) for value in drawing.target],
            "importance": [round(float(value), 6) for value in drawing.importance],
        },
        "selected": selected,
        "height": height,
    }
    result = _component(key=key, data=data, on_gene_change=on_select)
    gene = result.get("gene")
    return None if gene is None else str(gene)
