"""The data set and the candidate regulators of a run."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels
from genie3_engine.runs import DatasetInfo
from ui import layout, navigation, text_format


def summary(info: DatasetInfo, regulators: tuple[str, ...] | None, regulators_from: str) -> None:
    """Show the data set and its candidate regulators, with a link to the Data page.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    regulators : tuple of str or None
        Candidate regulators; None means all genes.
    regulators_from : str
        Where they come from; empty for a list of the user's own.
    """
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="data_summary",
    ):
        st.markdown(
            f"**{text_format.plain(info.name or 'Data')}**  \n"
            f"{labels.count(info.n_genes, 'gene')} in "
            f"{labels.count(info.n_samples, 'sample')} · " + _described(regulators, regulators_from)
        )
        layout.page_link(
            navigation.DATA,
            label="Change",
            icon=":material/edit:",
            query_params={"data": info.fingerprint},
        )


def _described(regulators: tuple[str, ...] | None, regulators_from: str) -> str:
    if regulators is None:
        return "every gene is a candidate regulator"
    chosen_from = text_format.plain(regulators_from or "your list", at_most=60)
    return f"{labels.count(len(regulators), 'regulator')} from {chosen_from}"
