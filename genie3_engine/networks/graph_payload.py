"""Payload of a view for the code that draws it, on a page or in a report."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from genie3_engine.networks import marks
from genie3_engine.networks.label_placement import GAP, HALF_LINE
from genie3_engine.networks.paths import shortest_paths
from genie3_engine.networks.views import View

_MOST_COLOURS = 255
_MARKS = {
    "smallest": marks.SMALLEST,
    "growth": marks.GROWTH,
    "leastRadius": marks.LEAST_RADIUS,
    "moreRadius": marks.MORE_RADIUS,
    "leastLine": marks.LEAST_LINE,
    "moreLine": marks.MORE_LINE,
    "margin": marks.MARGIN,
    "mostStretch": marks.MOST_STRETCH,
    "gap": GAP,
    "halfLine": HALF_LINE,
}


def graph_payload(
    view: View, *, version: str, network: str = "", name: str = "network"
) -> dict[str, Any]:
    """Return a view as plain JSON values for ``ui/graph``.

    Parameters
    ----------
    view : View
        What is shown.
    version : str
        Names the links and their places: the graph is built anew when it changes.
    network : str
        Names the network: the camera stays where it is while it is the same.
    name : str
        What a saved picture is called.

    Returns
    -------
    dict
        Columns of numbers are the bytes of little-endian arrays in base64.
    """
    shown, placement = view.layout, view.label_placement
    palette, colour = _indexed(view.colours)
    link_palette, link_colour = _indexed(view.link_colours)
    labels = {"label": list(view.labels)} if view.labels else {}
    about = {"about": list(view.descriptions)} if view.descriptions else {}
    if labels or about:  # other names make another graph
        version += f"-{zlib.crc32(repr((view.labels, view.descriptions)).encode()):08x}"
    return {
        "version": version,
        "network": network,
        "name": name,
        "genes": {
            "name": list(shown.genes),
            **labels,
            **about,
            "x": _bytes(shown.x, "<f4"),
            "y": _bytes(shown.y, "<f4"),
            "size": _bytes(view.sizes, "<f4"),
            "palette": palette,
            "colour": _bytes(colour, "u1"),
            "labelSide": _bytes(placement.side, "u1"),
            "labelScale": _bytes(_rounded_up(placement.scale), "<f4"),
            "labelWidth": _bytes(placement.width, "<f4"),
        },
        "links": {
            "source": _bytes(shown.source, "<i4"),
            "target": _bytes(shown.target, "<i4"),
            "importance": _bytes(shown.importance, "<f4"),
            "rank": _bytes(np.minimum(shown.rank, 2**31 - 1), "<i4"),
            "palette": link_palette,
            "colour": _bytes(link_colour, "u1"),
            "width": _bytes(_none_is_empty(view.widths), "<f4"),
            "opacity": _bytes(_none_is_empty(view.opacities), "<f4"),
        },
        "legend": [asdict(entry) for entry in view.legend],
        "marks": _MARKS,
        "arrangement": view.arrangement.as_dict(),
        "selected": view.gene,
        "highlight": path_links(view),
    }


def _rounded_up(scales: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return scales in single precision, none below its own."""
    found: npt.NDArray[np.float32] = np.nextafter(scales.astype(np.float32), np.float32(np.inf))
    return found


def path_links(view: View) -> list[int]:
    """Return the links drawn on the shortest paths between the two genes of a view.

    Returns
    -------
    list of int
        Positions of the links from ``gene`` to ``to``, or the other way round where there is none
        that way; empty when there is no path or no second gene.
    """
    shown = view.layout
    if view.gene is None or view.to is None:
        return []
    places = {gene: place for place, gene in enumerate(shown.genes)}
    if view.gene not in places or view.to not in places:
        return []
    ends = places[view.gene], places[view.to]
    for start, end in (ends, ends[::-1]):
        links = shortest_paths(
            shown.source, shown.target, start=start, end=end, n_genes=len(shown.genes)
        )
        if len(links):
            return [int(link) for link in links]
    return []


def _indexed(colours: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the different colours, and which of them each mark has."""
    palette = sorted(set(colours))[:_MOST_COLOURS]
    place = {colour: i for i, colour in enumerate(palette)}
    return palette, np.array([place.get(colour, 0) for colour in colours], np.int64)


def _none_is_empty(values: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64]:
    return np.zeros(0) if values is None else values


def _bytes(values: npt.NDArray[Any], kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode("ascii")
