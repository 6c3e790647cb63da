"""A page with nothing but the graph, of a generated network; run by test_graph."""

from __future__ import annotations

import random

import streamlit as st

from ui.graph import Drawing, gene_graph

HOSTILE = ["<script>alert(1)</script>", "**x** $y$", "شبكة", "g" * 300]
n_genes = int(st.query_params.get("genes", "60"))
n_links = int(st.query_params.get("links", "150"))
rng = random.Random(0)
genes = [*HOSTILE, *(f"gene {i}" for i in range(n_genes - len(HOSTILE)))]
pairs = {(rng.randrange(n_genes // 6), rng.randrange(n_genes)) for _ in range(3 * n_links)}
pairs = sorted(pair for pair in pairs if pair[0] != pair[1])[:n_links]
side = int(n_genes**0.5) + 1
drawing = Drawing(
    version=st.query_params.get("version", "1"),
    genes=genes,
    x=[i % side for i in range(n_genes)],
    y=[i // side for i in range(n_genes)],
    source=[source for source, _ in pairs],
    target=[target for _, target in pairs],
    importance=[rng.random() for _ in pairs],
)
wanted = st.selectbox("Focus", genes, index=None, key="wanted")
before = st.session_state.get("graph") or {}
clicked = gene_graph(drawing, key="graph", selected=wanted or before.get("gene"))
st.text(f"clicked: {clicked}")
