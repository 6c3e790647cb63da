"""What is the network inferred from?"""

from __future__ import annotations

import streamlit as st

from genie3_engine.runs import DatasetInfo
from ui import layout, text_format


def summary(info: DatasetInfo, regulators: tuple[str, ...] | None) -> None:
    """Show the data set and its regulators, and the way back to them."""
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="data_summary",
    ):
        st.markdown(
            f"**{text_format.plain(info.name or 'Data')}**  \n"
            f"{text_format.count(info.n_genes, 'gene')} in "
            f"{text_format.count(info.n_samples, 'sample')} · " + _who(info, regulators)
        )
        st.page_link(
            layout.DATA,
            label="Change",
            icon=":material/edit:",
            query_params={"data": info.fingerprint},
        )


def _who(info: DatasetInfo, regulators: tuple[str, ...] | None) -> str:
    if regulators is None:
        return "every gene may regulate"
    chosen_from = text_format.plain(info.labels.regulators_from or "your list", at_most=60)
    return f"{text_format.count(len(regulators), 'regulator')} from {chosen_from}"
