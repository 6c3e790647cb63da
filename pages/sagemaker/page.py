"""Setup of the launchers: saved options, setup check and policies."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from pages.sagemaker import policies, saved_options, setup_checks
from ui import errors, launchers, layout, state

_KEY = "setup_launcher"

asked = st.query_params.get(state.LAUNCHER, "")
names = [name for name in runs.LAUNCHERS if runs.LAUNCHERS[name].settings]
names = launchers.here(names, chosen=asked)
if asked in names and state.is_new(state.LAUNCHER, asked):
    state.set_value(_KEY, asked)
state.default(_KEY, names[0])
launcher = str(state.value(_KEY))
layout.head(runs.LAUNCHERS[launcher].label, "Settings of all runs, setup check and permissions.")
if len(names) > 1:
    launcher = launchers.choose(_KEY, names)
info = runs.LAUNCHERS[launcher]
options = runs.saved_options(launcher)
left, right = st.columns([3, 2], gap="large")
with left, errors.shown():
    options = saved_options.ask(launcher)
with right:
    setup_checks.show(launcher, options)
    policies.show(launcher, options)
if info.about:
    st.subheader("What leaves this machine", anchor=False)
    st.markdown(info.about)
