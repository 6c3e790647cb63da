"""The example run on the sample data."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from ui import cache, state


def choose() -> None:
    """Choose a run on the sample; start one when there is none."""
    with st.spinner("Preparing the sample…"):
        state.put(state.RUN, _run())


def _run() -> str:
    """Return the id of a run on the sample: one that is there, the shipped one, or a new one."""
    dataset = cache.sample()
    spec = runs.build_run_spec(
        cache.expression(dataset),
        dataset=dataset,
        regulators=cache.sample_regulators(),
        forest=runs.SAMPLE_FOREST,
        name="Sample network",
        source=cache.SAMPLE_NAME,
    )
    for summary in runs.history():
        status = summary.status.state
        is_usable = status is JobState.DONE or status.is_live
        if is_usable and summary.spec.result_key == spec.result_key:
            return summary.id
    return (runs.shipped_run(spec) or runs.start(spec)).name
