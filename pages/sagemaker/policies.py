"""Policies to add at a service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from genie3_engine import runs
from ui import errors


def show(launcher: str, options: Mapping[str, Any]) -> None:
    """Show the least-privilege policies, filled in as far as it is known."""
    info = runs.LAUNCHERS[launcher]
    if not info.policies:
        return
    with st.expander(
        "Permissions to add", icon=":material/policy:", key="policies", on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        chosen = st.segmented_control(
            "Policy for",
            info.policies,
            format_func=lambda each: each.label,
            default=info.policies[0],
            required=True,
            key="policy_of",
            label_visibility="collapsed",
        )
        policy = chosen or info.policies[0]
        st.caption(policy.help)
        with errors.shown():
            found = info.create(None).policy(policy.value, options)
            st.code(json.dumps(found, indent=2), language="json", height=320)
