"""All genes as candidate regulators, and what that costs."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels, planning
from genie3_engine.data.quality.cost import core_time
from genie3_engine.data.quality.regulators import MANY_GENES, WHY_A_LIST
from genie3_engine.data.regulator_lists import ListMatch
from genie3_engine.model import RunSpec
from genie3_engine.runs import DatasetInfo
from ui import cache


def show(info: DatasetInfo, proposed: ListMatch | None) -> None:
    """Show that all genes are candidates; with thousands of them, the cost in time and accuracy.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    proposed : ListMatch or None
        A list whose cost is shown next to it.
    """
    genes = labels.count(info.n_genes, "gene")
    sentence = f"All {genes} are candidate regulators of the others."
    if info.n_genes < MANY_GENES:
        st.caption(sentence)
        return
    cost = f"A run takes about {_time(info, None)}"
    if proposed is not None:
        cost += f", and {_time(info, proposed.genes)} with the {proposed.listed.phrase}"
    st.warning(f"{sentence} {cost}. {WHY_A_LIST}", icon=":material/warning:")


def _time(info: DatasetInfo, regulators: tuple[str, ...] | None) -> str:
    """Return how long a run takes: by the forecast where one was measured, else roughly."""
    names = None if regulators is None else tuple(sorted(regulators))
    spec = RunSpec(info.fingerprint, regulators=names)
    pilot = planning.find(spec)
    if pilot is None:
        n_regulators = info.n_genes if regulators is None else len(regulators)
        return f"{core_time(info.n_genes, info.n_samples, n_regulators)} of one core"
    forecast = planning.forecast(spec, cache.expression(info.fingerprint), pilot)
    return f"{labels.estimate(forecast.wall_seconds)} on this machine"
