"""Forecast of a comparison, before it is started."""

from __future__ import annotations

import streamlit as st

from genie3_engine.differential import ComparisonSpec, PooledSamples


def show(spec: ComparisonSpec, pooled: PooledSamples) -> None:
    """Show how much is computed."""
    n_forests = 2 * int(pooled.targets.size) * (spec.n_permutations + 1)
    st.caption(f"{n_forests:,} forests of {spec.forest.n_trees:,} trees, and more where needed.")
