"""The setup check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.runs import Check
from ui import errors, text_format

_Colour = Literal["green", "orange", "gray"]


class _Look(NamedTuple):
    icon: str
    colour: _Colour
    word: str


_LOOKS = {
    "ok": _Look(":material/check_circle:", "green", "there"),
    "missing": _Look(":material/error:", "orange", "missing"),
    "unknown": _Look(":material/help:", "gray", "unknown"),
}


def show(launcher: str, options: Mapping[str, Any]) -> None:
    """Check what a run needs, one thing after the other, when asked."""
    info = runs.LAUNCHERS[launcher]
    st.subheader("Setup check", anchor=False)
    if text := info.notice(options):
        st.info(text, icon=":material/info:")
    if not st.button("Check now", icon=":material/fact_check:", key="check_cloud"):
        st.caption("Everything that a run needs is checked, one thing after the other.")
        return
    with st.status("Checking…", expanded=True) as checking, errors.shown():
        found = []
        for check in info.create(None).checks(options):
            found.append(check)
            _row(check)
        wrong = sum(check.state != "ok" for check in found)
        checking.update(
            label="Everything is there." if not wrong else f"{labels.count(wrong, 'thing')} to do",
            state="complete" if not wrong else "error",
            expanded=True,
        )


def _row(check: Check) -> None:
    look = _LOOKS[check.state]
    with st.container(gap="xsmall", key=f"check_{check.name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(look.word, icon=look.icon, color=look.colour)
            st.markdown(f"**{check.name.capitalize()}**", width="content")
        st.markdown(text_format.plain(check.message, at_most=1_000))
        if check.remedy:
            st.caption(text_format.plain(check.remedy, at_most=1_000))
        if check.policy:
            st.code(check.policy, language="json", height=200)
