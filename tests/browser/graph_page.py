"""A page with nothing but the graph, of a generated network; run by test_graph."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from genie3_engine.networks.arrangement import Arrangement
from genie3_engine.networks.colours import by_role
from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.graph_payload import graph_payload
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import View
from ui.graph import gene_graph

HOSTILE = ["<script>alert(1)</script>", "**x** $y$", "شبكة", "g" * 300]
n_genes = int(st.query_params.get("genes", "60"))
n_links = int(st.query_params.get("links", "150"))
rng = random.Random(0)
genes = (*HOSTILE, *(f"gene {i}" for i in range(n_genes - len(HOSTILE))))
pairs = {(rng.randrange(n_genes // 6), rng.randrange(n_genes)) for _ in range(3 * n_links)}
pairs = sorted(pair for pair in pairs if pair[0] != pair[1])[:n_links]
layout = layout_graph(
    pd.DataFrame(
        {
            "regulator": [genes[source] for source, _ in pairs],
            "target": [genes[target] for _, target in pairs],
            "importance": np.sort([rng.random() for _ in pairs])[::-1],
        }
    )
)
colours = by_role(layout)
degree = np.bincount(layout.source, minlength=len(layout.genes))
wanted = st.selectbox("Focus", layout.genes, index=None, key="wanted")
arrangement = st.session_state.get("arrangement")
clicked = st.session_state.get("clicked", (None, None))
view = View(
    run=Path(),
    threshold=Threshold.parse(str(len(pairs))),
    n_links=len(pairs),
    n_kept=len(pairs),
    layout=layout,
    colours=colours.genes,
    link_colours=(),
    sizes=degree / degree.max(),
    legend=colours.legend,
    gene=wanted or clicked[0],
    to=clicked[1],
    arrangement=Arrangement.from_dict(arrangement),
)


def take() -> None:
    choice = st.session_state["graph"]["choice"]
    st.session_state["clicked"] = (choice["gene"], choice["to"])


def rearrange() -> None:
    st.session_state["arrangement"] = st.session_state["graph"]["arrangement"]


gene_graph(graph_payload(view, version="1"), key="graph", on_choice=take, on_arrangement=rearrange)
st.text(f"clicked: {clicked[0]}")
st.text(f"arranged: {json.dumps(arrangement)}")
st.text(f"second: {clicked[1]}")
