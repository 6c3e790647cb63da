"""Small views of a run's network, to be saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.saved_views import SavedView
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import LegendEntry, View


def small_view(run: Path = Path("run"), *, genes: tuple[str, ...] = ("a", "b", "c"), **more: Any):
    """A view of a chain of genes, each the regulator of the next."""
    shown = layout_graph(
        pd.DataFrame(
            {
                "regulator": genes[:-1],
                "target": genes[1:],
                "importance": np.linspace(0.5, 0.1, len(genes) - 1),
            }
        )
    )
    view = View(
        run=run,
        threshold=Threshold(ThresholdKind.RANK, len(genes) - 1),
        n_links=20,
        n_kept=len(genes) - 1,
        layout=shown,
        colours=tuple("#112233" if i % 2 else "#445566" for i in range(len(genes))),
        link_colours=(),
        sizes=np.linspace(1, 0, len(genes)),
        legend=(LegendEntry("Regulator", "#112233"),),
    )
    return replace(view, **more)


def small_saved_view(name: str = "Overview", caption: str = "", **more: Any) -> SavedView:
    """A view that can be saved, darker on light than on dark; `more` is `small_view`'s."""
    light = small_view(**more)
    dark = replace(light, colours=("#ddeeff",) * len(light.colours))
    return SavedView(name, caption, {"cut": "2", "colour": "role"}, light, dark)
