"""What is known of one run, and what can be done with it?"""

from __future__ import annotations

import time
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import runs
from genie3_engine.model import RunSpec, RunState
from genie3_engine.runs import RunSummary
from ui import errors, layout, progress, state, words

_LOG_LINES = 50
_K = {"sqrt": "square root of the regulators", "all": "all regulators"}
_PHASES = {
    "starting": "Starting",
    "waiting": "Waiting",
    "reading": "Reading",
    "preparing": "Preparing",
    "compiling": "Compiling",
    "computing": "Computing",
    "writing": "Ranking and writing",
    "total": "Total",
}


def show(summary: RunSummary) -> None:
    """Show a run: its state, what can be done, its settings, timings and log."""
    status = summary.status
    now = time.time()
    with st.container(border=True, key="detail"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(words.plain(progress.title(summary.spec)), anchor=False)
            progress.badge(status.state)
        if status.state.is_live:
            progress.bar(status, now=now)
        elif status.state is not RunState.DONE:
            st.caption(
                f"{status.targets_done:,} of {words.count(status.targets_total, 'target')} are on "
                "disk and stay there."
            )
        if status.error is not None:
            errors.show(status.error)
        _actions(summary)
    settings, timings, log = st.tabs(["Settings", "Timings", "Log"])
    with settings:
        _settings(summary.spec)
    with timings:
        _timings(runs.timings(summary.path))
    with log:
        tail = runs.log_tail(summary.path, n_lines=_LOG_LINES)
        st.code(tail or "Nothing logged yet.", language=None, height=320)


def _actions(summary: RunSummary) -> None:
    run_state = summary.status.state
    with st.container(horizontal=True, key="actions"):
        if run_state is RunState.DONE and st.button(
            "Open network", type="primary", icon=":material/hub:", key="open_network"
        ):
            layout.go(layout.NETWORK, run=summary.id)
        if run_state.is_live and st.button(
            "Cancel",
            icon=":material/stop:",
            key="cancel",
            disabled=run_state is RunState.STOPPING,
        ):
            runs.cancel(summary.path)
            st.rerun()
        if run_state.is_resumable and st.button(
            "Resume", type="primary", icon=":material/resume:", key="resume"
        ):
            runs.resume(summary.path)
            st.rerun()
        if not run_state.is_live:
            _delete(summary)


def _delete(summary: RunSummary) -> None:
    with st.popover("Delete", icon=":material/delete:", key="delete"):
        st.markdown("Delete this run and its links from the disk?")
        if st.button("Delete the run", type="primary", key="delete_sure"):
            runs.delete(summary.path)
            state.put(state.RUN, None)
            st.rerun()


def _settings(spec: RunSpec) -> None:
    forest, work = spec.forest, spec.layout
    rows = {
        "Data": f"{spec.source} ({spec.dataset[:12]})",
        "Method": words.METHODS[forest.method],
        "K": _K.get(str(forest.k), str(forest.k)),
        "Trees": f"{forest.n_trees:,}",
        "Seed": str(forest.seed),
        "Regulators": "every gene" if spec.regulators is None else f"{len(spec.regulators):,}",
        "Targets": "every gene" if spec.targets is None else f"{len(spec.targets):,}",
        "Links kept": "all" if spec.keep is None else f"{spec.keep:,} for each target",
        "Engine": str(forest.engine),
        "Threads": "all cores" if work.n_threads is None else str(work.n_threads),
        "Processes": str(work.n_processes),
        "Jobs": str(work.n_jobs),
        "Created": spec.created.replace("T", " ").replace("+00:00", " UTC"),
    }
    table = pd.DataFrame({"Setting": list(rows), "Value": list(rows.values())})
    st.dataframe(table, hide_index=True, height="content", key="settings")


def _timings(timings: dict[str, Any] | None) -> None:
    if not timings:
        st.caption("Where the time went is known when the run ends.")
        return
    seconds = timings.get("seconds", timings)
    rows = [(label, float(seconds[key])) for key, label in _PHASES.items() if key in seconds]
    table = pd.DataFrame(rows, columns=["Phase", "Seconds"])
    longest = max((value for _, value in rows), default=1.0)
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key="timings",
        column_config={
            "Seconds": st.column_config.ProgressColumn(
                format="%.2f s", min_value=0.0, max_value=longest or 1.0
            )
        },
    )
