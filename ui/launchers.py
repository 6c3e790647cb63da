"""Choose a launcher, and show what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from genie3_engine import runs
from ui import layout, navigation, state


def choose(key: str, names: Sequence[str] | None = None) -> str:
    """Draw the choice of a launcher, with a sentence on it, and return its name.

    Parameters
    ----------
    key : str
        The widget's key, under which the choice is kept for the session.
    names : sequence of str, optional
        Launchers to choose among, the first one first; all of them by default.
    """
    listed = list(names or runs.LAUNCHERS.names())
    state.default(key, listed[0])
    with st.container(gap="xsmall"):
        chosen = st.segmented_control(
            "Where",
            listed,
            format_func=lambda name: runs.LAUNCHERS[name].label,
            required=True,
            key=key,
            persist_state="session",
        )
        launcher = chosen or listed[0]
        st.caption(runs.LAUNCHERS[launcher].help)
    return launcher


def setup(launcher: str, options: Mapping[str, Any]) -> None:
    """Show the facts about the options of a launcher, and the way to its setup.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    options : mapping
        Its saved options.
    """
    info = runs.LAUNCHERS[launcher]
    if text := info.notice(options):
        st.info(text, icon=":material/info:")
    if info.settings:
        layout.page_link(
            navigation.SAGEMAKER, label=f"Set up {info.label}", icon=":material/settings:"
        )
