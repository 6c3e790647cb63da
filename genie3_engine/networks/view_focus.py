"""The gene or path in focus of a view: its links alone, and the other genes faded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from genie3_engine.figure_style import ground
from genie3_engine.networks.graph_payload import path_links
from genie3_engine.networks.views import View


def in_focus(view: View, *, dark: bool = False) -> View:
    """Return what a view shows when its focus is applied, as the graph on the page does.

    Parameters
    ----------
    view : View
        What is shown.
    dark : bool
        Whether it is drawn on a dark ground.

    Returns
    -------
    View
        With the links of the path between its two genes, or those of its gene; genes without one of
        them are faded. The view itself where nothing that is drawn is in focus.
    """
    links = _links_in_focus(view)
    if links is None:
        return view
    shown = view.layout
    layout = replace(
        shown,
        source=shown.source[links],
        target=shown.target[links],
        importance=shown.importance[links],
        rank=shown.rank[links],
    )
    near = {*layout.source.tolist(), *layout.target.tolist()}
    faded = ground(dark=dark).grid
    return replace(
        view,
        layout=layout,
        colours=tuple(
            colour if gene in near else faded for gene, colour in enumerate(view.colours)
        ),
        link_colours=tuple(view.link_colours[link] for link in links) if view.link_colours else (),
        correlation=_of(view.correlation, links),
        widths=_of(view.widths, links),
        opacities=_of(view.opacities, links),
    )


def _links_in_focus(view: View) -> npt.NDArray[np.int64] | None:
    path = path_links(view)
    if path:
        return np.array(path, np.int64)
    if view.gene is None or view.gene not in view.layout.genes:
        return None
    gene = view.layout.genes.index(view.gene)
    return np.flatnonzero((view.layout.source == gene) | (view.layout.target == gene))


def _of(
    values: npt.NDArray[np.float64] | None, links: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64] | None:
    return None if values is None else values[links]
