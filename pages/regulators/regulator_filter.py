"""Filter for candidate regulators: by name, expression and variance."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from genie3_engine.runs import DatasetInfo
from ui import cache, state, text_format


def show(on_change: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Show the widgets of the filter; a change of one calls `on_change`."""
    by_name, by_use, by_variance = st.columns(3, gap="medium")
    with by_name:
        st.text_input(
            "Name",
            key="pick_names",
            placeholder="SOX*, GATA*",
            help="Parts of names, separated by commas. * matches any text; case is ignored.",
            on_change=on_change,
            args=args,
        )
    with by_use:
        st.slider(
            "Expressed in at least, % of samples",
            0,
            100,
            0,
            key="pick_expressed",
            on_change=on_change,
            args=args,
        )
    with by_variance:
        st.number_input(
            "Most variable, at most",
            1,
            value=None,
            step=100,
            key="pick_variable",
            placeholder="No limit",
            on_change=on_change,
            args=args,
        )


def selected(info: DatasetInfo) -> tuple[tuple[str, ...], str]:
    """Return the genes that pass the filter as it is set now, and the rule in words."""
    patterns, least, most = map(state.current, ("pick_names", "pick_expressed", "pick_variable"))
    spread = cache.gene_spread(info.fingerprint)
    chosen = np.ones(len(spread.genes), dtype=np.bool_)
    rules = []
    if patterns and patterns.strip():
        wanted = [part.strip() for part in patterns.split(",") if part.strip()]
        matches = re.compile("|".join(map(_expression, wanted)), re.IGNORECASE).fullmatch
        chosen &= np.fromiter((bool(matches(gene)) for gene in spread.genes), dtype=np.bool_)
        rules.append(f"named {text_format.shorten(', '.join(wanted), at_most=60)}")
    if least:
        chosen &= spread.expressed_share >= least / 100
        rules.append(f"expressed in {least} % of samples or more")
    if most is not None:
        order = np.argsort(-np.where(chosen, spread.variance, -1.0), kind="stable")[: int(most)]
        best = np.zeros_like(chosen)
        best[order] = True
        chosen &= best
        rules.append(f"the {int(most):,} most variable")
    if not rules:
        return (), ""
    return tuple(spread.genes[gene] for gene in np.flatnonzero(chosen)), ", ".join(rules)


def _expression(pattern: str) -> str:
    """Return a pattern as a regular expression; one without a star may match anywhere."""
    return fnmatch.translate(pattern if "*" in pattern else f"*{pattern}*")
