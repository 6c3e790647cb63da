"""Leftovers: the rule by which they go, and a button that removes them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import labels, people
from genie3_engine import storage as engine
from genie3_engine.storage import Inventory
from ui import actions, storage

_MOST = 200


def show(found: Inventory) -> None:
    """Show the leftovers and the rule, and offer to remove them.

    Parameters
    ----------
    found : Inventory
        What was measured.
    """
    n_found = len(found.leftovers)
    size = labels.size(sum(each.n_bytes for each in found.leftovers))
    with st.container(border=True, key="leftovers"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader("Leftovers", anchor=False, width="content")
            if n_found and actions.button(
                f"Remove {labels.count(n_found, 'leftover')} ({size})",
                _clean_up,
                icon=":material/cleaning_services:",
                key="clean_up",
            ):
                st.rerun()
        st.caption(engine.rule())
        if not n_found:
            st.caption("There are none now.")
            return
        home = people.home()
        with st.expander("Which ones", icon=":material/list:"):
            shown = found.leftovers[:_MOST]
            paths = [
                str(each.path.relative_to(home) if each.path.is_relative_to(home) else each.path)
                for each in shown
            ]
            sizes = [labels.size(each.n_bytes) for each in shown]
            st.dataframe(
                pd.DataFrame({"File or folder": paths, "Size": sizes}),
                hide_index=True,
                key="leftover_list",
            )


def _clean_up() -> None:
    try:
        engine.clean_up()
    finally:
        storage.forget()
