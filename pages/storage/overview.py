"""How full the disk is, and which kinds of things take the room."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.storage import Inventory
from ui import limits

_ROW_HEIGHT = 35


def show(found: Inventory) -> None:
    """Show the room on the disk and what takes it, by kind.

    Parameters
    ----------
    found : Inventory
        What was measured.
    """
    most = found.limit_bytes
    with st.container(border=True, key="disk"):
        yours, machine = st.columns(2, gap="medium")
        with yours:
            st.metric("Your data", labels.size(found.used_bytes))
            if most is not None:
                _bar(found.used_bytes, most, "that a person may use here")
        with machine:
            st.metric("Free on this disk", labels.size(found.free_bytes))
            _bar(found.disk_bytes - found.free_bytes, found.disk_bytes, "of this disk are taken")
    limits.show()
    categories = found.categories()
    if categories:
        _table(categories, found.used_bytes)


def _bar(used: float, of: float, words: str) -> None:
    share = used / of if of else 1.0
    text = f"{labels.size(used)} of {labels.size(of)} {words} ({labels.percent(share)})"
    st.progress(min(1.0, share), text=f":red[{text}]" if share >= 0.9 else text)


def _table(categories: list[tuple[str, int | None, int]], total: int) -> None:
    table = pd.DataFrame(
        {
            "Kind": [name for name, _, _ in categories],
            "Number": pd.array([number for _, number, _ in categories], dtype="Int64"),
            "Size": [labels.size(size) for _, _, size in categories],
            "Share": [size / total if total else 0.0 for _, _, size in categories],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="storage_kinds",
        height=_ROW_HEIGHT * (len(table) + 1) + 2,
        placeholder="",
        column_config={
            "Kind": st.column_config.TextColumn(width=104),
            "Number": st.column_config.NumberColumn(format="localized", width=72),
            "Size": st.column_config.TextColumn(width=76),
            "Share": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
        },
    )
