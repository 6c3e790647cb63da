"""The gene or path in focus of a view: its links alone, and the other genes faded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from genie3_engine.figure_style import COLOURS, ground
from genie3_engine.networks.arrangement import Camera
from genie3_engine.networks.colours import accent
from genie3_engine.networks.graph_payload import path_links
from genie3_engine.networks.views import LegendEntry, View

_MOST_ZOOM, _FILLED = 2.5, 0.7  # of a picture, by what is in focus
_INCOMING = COLOURS[3]  # as in ui/graph/src/palette.js


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
        With the links of the path between its two genes, or those of its gene, coloured by their
        direction where they have no colours of their own; genes without one of them are faded. The
        view itself where nothing that is drawn is in focus.
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
    colours, legend = _directions(view, links, dark=dark)
    near = {*layout.source.tolist(), *layout.target.tolist()}
    faded = ground(dark=dark).grid
    return replace(
        view,
        layout=layout,
        colours=tuple(
            colour if gene in near else faded for gene, colour in enumerate(view.colours)
        ),
        link_colours=colours,
        legend=(*view.legend, *legend),
        correlation=_of(view.correlation, links),
        widths=_of(view.widths, links),
        opacities=_of(view.opacities, links),
    )


def focus_camera(view: View) -> Camera | None:
    """Return a camera that looks at what is in focus, with room around; None without a focus.

    Parameters
    ----------
    view : View
        What is shown, with genes hidden and pinned as they are drawn (`View.arranged`).
    """
    links = _links_in_focus(view)
    if links is None or not len(links):
        return None
    shown = view.layout
    places = np.column_stack([shown.x, shown.y])
    near = places[np.concatenate([shown.source[links], shown.target[links]])]
    extent = np.maximum(np.ptp(near, axis=0), 1e-9)
    zoom = min(_MOST_ZOOM, _FILLED * float((np.ptp(places, axis=0) / extent).min()))
    middle = (near.min(axis=0) + near.max(axis=0)) / 2
    return Camera(float(middle[0]), float(middle[1]), zoom) if zoom > 1 else None


def _directions(
    view: View, links: npt.NDArray[np.int64], *, dark: bool
) -> tuple[tuple[str, ...], tuple[LegendEntry, ...]]:
    """Return the colours of the links in focus, and what they mean."""
    if view.link_colours:
        return tuple(view.link_colours[link] for link in links), ()
    outgoing = accent(dark=dark)
    if view.to is not None:
        return (outgoing,) * len(links), ()
    targets = [view.layout.genes[place] for place in view.layout.target[links].tolist()]
    colours = tuple(_INCOMING if target == view.gene else outgoing for target in targets)
    meanings = {outgoing: "To a target", _INCOMING: "From a regulator"}
    legend = tuple(
        LegendEntry(meanings[colour], colour, "line") for colour in meanings if colour in colours
    )
    return colours, legend


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
