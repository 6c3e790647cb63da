"""Speed-up page: measure and compare parallel configurations."""

from __future__ import annotations

import streamlit as st

from genie3_engine import benchmark
from pages.speedup import charts, comparison, experiment_status, new_experiment, overview
from ui import errors, job_status, layout, navigation, state

_LOOK_SECONDS = 2.0  # seldom: looking takes time from what is measured

layout.head(
    "Speed-up",
    "Measure configurations: one at a time on this machine, or in parallel on cloud instances.",
)
experiments = benchmark.history()
current = job_status.chosen(experiment_status.KIND, experiments)
with st.expander(
    "New experiment",
    expanded=current is None,
    icon=":material/science:",
    key=f"new_experiment_{'' if current is None else current.id}",  # closed once it has begun
):
    new_experiment.show()
if current is None:
    layout.empty(
        "**No experiment yet.** Choose one above, such as *Engines compared* on the sample.",
        (navigation.DATA, "Bring your own data", ":material/table:"),
    )
    st.stop()

state.put(state.EXPERIMENT, current.id)
of_one, of_other = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
with of_one:
    experiment_status.choose(current, experiments)
with of_other:
    other = experiment_status.choose_other(current, experiments)
is_live = current.status.state.is_live
live = errors.fragment(experiment_status.follow, every=_LOOK_SECONDS if is_live else None)
with errors.shown():
    live(current)
    measured = benchmark.experiment_results(current.path)
    if measured.rows:
        both = {current.spec.name: measured}
        if other is not None:
            title = experiment_status.short_title(other, next_to=current)
            both[title] = benchmark.experiment_results(other.path)
        overview.show(both, name=current.id)
        comparison.show(current, measured)
        charts.show(both, name=current.id)
    else:
        st.caption("The first row appears when its run has finished.")
