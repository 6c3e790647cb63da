"""The list of what is stored, and the deletion of one thing of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine import storage as engine
from genie3_engine.storage import Inventory, Kind, StoredItem
from ui import actions, state, storage, text_format

_ROW_HEIGHT, _MOST_ROWS = 35, 10
_ALL, _PROPOSED = "All", "Not used for long"


def show(found: Inventory) -> None:
    """Show what is stored, the largest first; a click on a row selects it.

    Parameters
    ----------
    found : Inventory
        What was measured.
    """
    kinds = [kind.value for kind in Kind if any(item.kind is kind for item in found.items)]
    proposed = [item for item in found.items if item.is_proposed]
    options = [_ALL, *kinds, *([_PROPOSED] if proposed else [])]
    chosen = st.segmented_control("Show", options, default=_ALL, required=True, key="storage_shown")
    shown = [
        item
        for item in found.items
        if chosen == _ALL or item.kind == chosen or (chosen == _PROPOSED and item.is_proposed)
    ]
    asked = state.get(state.ITEM)
    keys = [_key(item) for item in shown]
    row = keys.index(asked) if asked in keys else None
    _table(shown, keys, row)
    if row is None:
        st.caption("Select a row to see what its deletion would cost.")
    else:
        _details(shown[row])


def _key(item: StoredItem) -> str:
    """Return what an item is called in the address."""
    return f"{item.kind.name.lower()}-{item.id}"


def _table(shown: Sequence[StoredItem], keys: list[str], row: int | None) -> None:
    key = state.table_key("storage_items", keys, row)

    def choose() -> None:
        rows = state.value(key)["selection"]["rows"]
        state.put(state.ITEM, keys[rows[0]] if rows else None)

    table = pd.DataFrame(
        {
            "Name": [text_format.shorten(item.name) for item in shown],
            "MB": [item.n_bytes / 1e6 for item in shown],
            "Kind": [item.kind.one for item in shown],
            "Last used": [_moment(item.last_used) for item in shown],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        height=_ROW_HEIGHT * (min(len(shown), _MOST_ROWS) + 1) + 2,
        on_select=choose,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [] if row is None else [row]}},
        placeholder="",
        column_config={
            "Name": st.column_config.TextColumn(width=200),
            "MB": st.column_config.NumberColumn(format="%.2f", width=76),
            "Kind": st.column_config.TextColumn(width=100),
            "Last used": st.column_config.DatetimeColumn(format="distance", width=130),
        },
    )
    if len(shown) > _MOST_ROWS:
        st.caption(f"{len(shown):,} in all, the largest first.")


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a damaged file may have any number
        return None


def _details(item: StoredItem) -> None:
    """Show what the deletion of an item would cost, and offer it."""
    name = text_format.plain(item.name)
    with st.container(border=True, key="storage_item"):
        st.markdown(f"**{name}** · {labels.size(item.n_bytes)}")
        if item.evidence_bytes:
            st.caption(f"Evidence for its links takes {labels.size(item.evidence_bytes)} of it.")
        st.caption(text_format.plain(item.cost, at_most=300))
        if not item.may_go:
            return
        with st.popover("Delete", icon=":material/delete:", key="storage_delete"):
            st.markdown(f"Delete **{name}** from the disk? This cannot be undone.")
            st.caption(text_format.plain(item.cost, at_most=300))
            if actions.button(
                f"Delete, and free {labels.size(item.n_bytes)}",
                _delete,
                item,
                type="primary",
                key="storage_delete_sure",
            ):
                st.rerun()


def _delete(item: StoredItem) -> None:
    try:
        engine.delete(item)
    finally:
        storage.forget()
    state.put(state.ITEM, None)
