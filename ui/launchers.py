"""Choose a launcher, and show what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import Setting
from genie3_engine.runs import Figure
from ui import layout, navigation, server_settings, state


def choose(key: str, names: Sequence[str] | None = None) -> str:
    """Draw the choice of a launcher, with a sentence on it, and return its name.

    Parameters
    ----------
    key : str
        The widget's key, under which the choice is kept for the session.
    names : sequence of str, optional
        Launchers to choose among, the first one first; by default all that this machine reaches,
        and the one that is chosen already.
    """
    listed = list(names or here(runs.LAUNCHERS.names(), chosen=st.session_state.get(key)))
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


def here(names: Sequence[str], *, chosen: object = None) -> list[str]:
    """Return the launchers that this machine reaches, and the chosen one.

    Parameters
    ----------
    names : sequence of str
        Names of launchers.
    chosen : object
        The name of one that stays in any case, such as that of an earlier run.

    Notes
    -----
    Where people log in, runs are computed on the server itself: clusters and clouds would take
    them for those of the server's own account, which could then read what everyone has.
    """
    if server_settings.has_login():
        return [name for name in names if runs.LAUNCHERS[name].is_this_machine]
    return [name for name in names if name == chosen or runs.LAUNCHERS[name].is_here()]


def settings(launcher: str) -> list[Setting]:
    """Return the settings of a launcher, with values to suggest as the place knows them now.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    """
    info = runs.LAUNCHERS[launcher]
    return [
        replace(each, choices=choices) if (choices := info.suggest(each.name)) else each
        for each in info.settings
    ]


def figures(found: Sequence[Figure]) -> None:
    """Show the figures of a run's forecast next to each other."""
    for column, each in zip(st.columns(max(1, len(found))), found, strict=False):
        column.metric(each.label, each.value, help=each.help or None)


def setup(launcher: str, options: Mapping[str, Any]) -> None:
    """Show the facts about the options of a launcher, and the way to its setup.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    options : mapping
        Its options: those chosen, or the saved ones.
    """
    info = runs.LAUNCHERS[launcher]
    if text := info.notice(options):
        st.info(text, icon=":material/info:")
    if info.settings:
        layout.page_link(
            navigation.SAGEMAKER,
            label=f"Set up {info.label}",
            icon=":material/settings:",
            query_params={state.LAUNCHER: launcher},
        )
