"""The data set and the candidate regulators of a run."""

from __future__ import annotations

import streamlit as st

from genie3_engine.data.quality.regulators import MANY_GENES
from genie3_engine.runs import DatasetInfo
from ui import datasets, layout, navigation


def summary(info: DatasetInfo, regulators: tuple[str, ...] | None, regulators_from: str) -> None:
    """Show the data set and its candidate regulators, with links to change them.

    Parameters
    ----------
    info, regulators, regulators_from
        As in `ui.datasets.described`.
    """
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="data_summary",
    ):
        st.markdown(datasets.described(info, regulators, regulators_from))
        with st.container(horizontal=True, width="content"):
            for page, label in ((navigation.DATA, "Data"), (navigation.REGULATORS, "Regulators")):
                layout.page_link(
                    page,
                    label=f"Change {label.lower()}",
                    icon=":material/edit:",
                    query_params={"data": info.fingerprint},
                )
    if regulators is None and info.n_genes >= MANY_GENES:
        st.caption(
            f":material/warning: All {info.n_genes:,} genes are candidate regulators. A list of "
            "transcription factors takes less time and ranks better: see *Change regulators*."
        )
