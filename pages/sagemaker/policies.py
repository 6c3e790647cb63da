"""IAM policies to add."""

from __future__ import annotations

import json

import streamlit as st

from genie3_engine import runs
from genie3_engine.runs import SageMakerOptions
from ui import errors

_WHOSE = {
    "user": ("You", "What your own user or role must be allowed, and nothing more."),
    "role": ("The instances", "What the role of the instances must be allowed."),
    "trust": ("Trust", "Who may take that role: SageMaker, for your account."),
}


def show(options: SageMakerOptions) -> None:
    """Show the least-privilege policies, filled in as far as it is known."""
    with st.expander(
        "Permissions to add", icon=":material/policy:", key="policies", on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        chosen = st.segmented_control(
            "Policy for",
            list(_WHOSE),
            format_func=lambda whose: _WHOSE[whose][0],
            default="user",
            required=True,
            key="policy_of",
            label_visibility="collapsed",
        )
        whose = chosen or "user"
        st.caption(_WHOSE[whose][1])
        with errors.shown():
            text = json.dumps(runs.cloud_policy(whose, options), indent=2)
            st.code(text, language="json", height=320)
