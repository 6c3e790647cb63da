"""Which parallel configuration pays, here and on these data?"""

from __future__ import annotations

import streamlit as st

from genie3_engine import experiments
from genie3_engine.experiments import ExperimentSummary
from pages.speedup import asking, charts, chosen, results
from ui import errors, layout, state

layout.head(
    "Speed-up",
    "Measure configurations one after the other on this machine, each run a process of its own.",
)
found = experiments.history()
current = chosen.wanted(found)
with st.expander(
    "New experiment", expanded=current is None, icon=":material/science:", key="new_experiment"
):
    asking.show()
if current is None:
    layout.empty(
        "**No experiment yet.** Choose one above: *Engines compared* on the sample takes a minute.",
        (layout.DATA, "Bring your own data", ":material/table:"),
    )
    st.stop()

state.put(state.EXPERIMENT, current.id)
of_one, of_other = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
with of_one:
    chosen.choose(current, found)
with of_other:
    other = chosen.choose_other(current, found)
was_live = current.status.state.is_live


@st.fragment(run_every=1.0 if was_live else None)
def live(before: ExperimentSummary) -> None:
    """Show what changes while the experiment is at work."""
    with errors.shown():
        now = chosen.look(before)
        chosen.show(now)
        if was_live and not now.status.state.is_live:
            st.rerun()
        measured = experiments.findings(now.path)
        results.show(measured, name=now.id)
        if measured.rows:
            charts.show(now, measured, other)


live(current)
