"""Drawing of the links above the threshold, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from genie3_engine import labels
from genie3_engine.networks.arrangement import AS_LAID_OUT, Arrangement
from genie3_engine.networks.graph_payload import graph_payload, path_links
from genie3_engine.networks.hub_weighting import CAUTION
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import View
from pages.network import colours, controls
from ui import charts, graph, networks, state, text_format

_KEY = "graph"
_ARRANGED = "arranged_graph"
_HOW = (
    "Click a gene or a link; Shift and a click on a second gene finds the path between them. "
    "Drag a gene to pin it."
)


def view_of(
    network: networks.Network,
    *,
    threshold: Threshold,
    choice: colours.Choice,
    gene: str | None,
    to: str | None,
    dark: bool | None = None,
) -> View:
    """Return the view: the links above the threshold, or those of a gene without one.

    Parameters
    ----------
    network : Network
        The network.
    threshold : Threshold
        Which links are kept.
    choice : Choice
        How they are drawn.
    gene, to : str or None
        The gene in focus, and the second gene of a link or path.
    dark : bool, optional
        Whether the ground is dark; as the page by default.
    """
    shown, n_kept = networks.graph_layout(network, threshold)
    around = None if gene is None or gene in set(shown.genes) else gene
    if around is not None:
        shown = networks.around(network, around)
    dark = charts.is_dark() if dark is None else dark
    colouring, correlation = colours.colours_of(
        shown, network, threshold, choice, around=around, dark=dark
    )
    lines = colours.lines_of(network, threshold, choice, around=around, dark=dark)
    return View(
        run=network.path,
        threshold=threshold,
        n_links=network.n_links,
        n_kept=n_kept,
        layout=shown,
        colours=colouring.genes,
        link_colours=colouring.links,
        sizes=colours.sizes_of(shown, choice),
        legend=(
            *colouring.legend,
            *lines.legend,
            *colours.mark_legend_of(shown, network, choice, dark=dark),
        ),
        correlation=correlation,
        widths=lines.widths,
        opacities=lines.opacities,
        gene=gene,
        to=to,
        caution=CAUTION if network.favours_hubs else "",
    ).with_names(network.gene_table)


def arrangement_of(network: networks.Network, threshold: Threshold) -> Arrangement:
    """Return how the graph of a network was arranged in this session.

    Genes stay hidden and pinned at another threshold, which shows the whole graph again.
    """
    of, at, given = state.current(_ARRANGED) or ("", "", None)
    if of != network.version:
        return AS_LAID_OUT
    arrangement = Arrangement.from_dict(given)
    return arrangement if at == str(threshold) else replace(arrangement, camera=None)


def arrange(network: networks.Network, threshold: Threshold, given: object) -> None:
    """Arrange the graph of a network by plain values, before it is drawn."""
    state.set_value(_ARRANGED, (network.version, str(threshold), given))


def show(network: networks.Network, view: View) -> None:
    """Draw a view, and describe what is drawn and what is not."""
    is_around = view.gene is not None and not _is_kept(network, view)
    version = f"{network.version}-{view.threshold}" + (f"-around {view.gene}" if is_around else "")

    def store() -> None:
        choice = state.value(_KEY)["choice"]
        if choice is not None:
            controls.focus(choice["gene"], choice["to"])

    def store_arrangement() -> None:
        given = state.value(_KEY)["arrangement"]
        if given is not None:
            arrange(network, view.threshold, given)

    graph.gene_graph(
        graph_payload(view, version=version, network=network.version),
        key=_KEY,
        on_choice=store,
        on_arrangement=store_arrangement,
    )
    if is_around:
        label = text_format.plain(network.gene_table.label(view.gene or ""))
        st.info(
            f"{label} has no link above the threshold. Its own strongest links are shown.",
            icon=":material/info:",
        )
    else:
        st.caption(f"{_drawn(view)} {_not_drawn(view)}{_HOW}")
    _path_caption(network, view)


def _is_kept(network: networks.Network, view: View) -> bool:
    return view.gene in set(networks.graph_layout(network, view.threshold)[0].genes)


def _drawn(view: View) -> str:
    links = labels.count(len(view.layout.source), "link")
    genes = labels.count(len(view.layout.genes), "gene")
    n_regulators = len(np.unique(view.layout.source))
    kept = view.threshold.rule.keeps.format(
        links=links, n_links=view.n_links, value=view.threshold.value
    )
    n_hidden = len(view.layout.genes) - len(view.arrangement.drawn(view.layout.genes))
    hidden = f" {labels.count(n_hidden, 'gene is', 'genes are')} hidden." if n_hidden else ""
    return f"{kept}, among {genes}, {n_regulators:,} of them regulators.{hidden}"


def _not_drawn(view: View) -> str:
    left = view.n_kept - len(view.layout.source)
    if left <= 0:
        return ""
    return f"**{left:,} weaker links above the threshold are not drawn.** "


def _path_caption(network: networks.Network, view: View) -> None:
    if view.gene is None or view.to is None:
        return
    links = path_links(view)
    names = tuple(
        text_format.plain(label, at_most=30)
        for label in network.gene_table.labels((view.gene, view.to))
    )
    if not links:
        st.info(
            f"No path connects {names[0]} and {names[1]} along the displayed links. Lower the "
            "threshold to include more links.",
            icon=":material/info:",
        )
        return
    shown = view.layout
    starts = {int(shown.source[link]) for link in links}
    is_forward = shown.genes[int(shown.source[links[0]])] == view.gene
    n_steps = _n_steps(view, links)
    start, end = names if is_forward else names[::-1]
    through = len({int(shown.target[link]) for link in links} & starts)
    middle = f", through {labels.count(through, 'gene')}" if through else ""
    st.caption(f"{start} reaches {end} in {labels.count(n_steps, 'step')}{middle}.")


def _n_steps(view: View, links: list[int]) -> int:
    """Return the length of the paths: links come in the order of their steps."""
    shown = view.layout
    reached, steps = {int(shown.source[links[0]])}, 0
    while reached:
        reached = {int(shown.target[link]) for link in links if int(shown.source[link]) in reached}
        steps += bool(reached)
    return steps
