"""Storage page: what takes room, what can go, and what each deletion would cost."""

from __future__ import annotations

from functools import partial

import streamlit as st

from genie3_engine import people
from pages.storage import cleaning, item_list, overview
from ui import errors, layout, live_parts, navigation, storage

_LOOK_SECONDS = 1.0

layout.head("Storage", "What takes room, what can go, and what each deletion would cost.")
with errors.shown():
    found = storage.inventory()
    if found is None:

        def measuring() -> None:
            """Show that the home is being measured, until it is."""
            if storage.inventory(wait_seconds=0.0) is not None:
                st.rerun()
            st.caption("Measuring what takes room…")

        is_measured = partial(storage.is_measured, people.home())
        live_parts.part(measuring, every=_LOOK_SECONDS, content=is_measured)()
        st.stop()
    overview.show(found)
    if not found.items:
        layout.empty(
            "**Nothing is stored yet.** Data sets, runs and uploads are listed here.",
            (navigation.DATA, "Choose data", ":material/table:"),
        )
    else:
        item_list.show(found)
    cleaning.show(found)
