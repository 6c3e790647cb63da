"""A run in the cloud: job, instances, cost and logs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.runs import CloudView, RunSummary
from ui import progress, text_format

_LOG_LINES, _LOG_SECONDS = 200, 3.0


def show(summary: RunSummary) -> None:
    """Show the training job, what each instance is at, and what it has cost so far."""
    view = runs.cloud(summary.path)
    if view is None:
        return
    if view.is_emulator:
        st.badge("Emulator: nothing reaches AWS", icon=":material/science:", color="orange")
    _facts(view)
    st.caption(_job(view))
    if view.hosts:
        _hosts(view)


def _facts(view: CloudView) -> None:
    bill = view.billing
    state, instances, seconds, dollars = st.columns(4)
    state.metric("SageMaker says", view.secondary or view.state or "Not asked yet")
    what = view.options.instance_type + (" spot" if view.options.spot else "")
    instances.metric(
        "Instances", f"{len(view.hosts)} of {view.n_hosts}", help=f"{what}: at work, and asked for."
    )
    billed = bill.get("billable_seconds")
    is_final = "" if view.is_bill_final else " so far"
    seconds.metric(
        f"Billed{is_final}",
        "–" if billed is None else labels.duration(float(billed)),
        help="Instance time: the seconds of all instances together.",
    )
    cost = bill.get("dollars")
    dollars.metric(
        f"Dollars{is_final}",
        "–" if cost is None else labels.dollars(float(cost)),
        help=str(bill.get("price_note", "")) or None,
    )


def _job(view: CloudView) -> str:
    parts = [f"Job `{view.job}`"]
    if view.message:
        parts.append(text_format.plain(view.message, at_most=200))
    if view.n_interruptions:
        parts.append(labels.count(view.n_interruptions, "spot interruption"))
    if view.n_jobs > 1:
        parts.append(f"job number {view.n_jobs} of this run")
    if view.console_url:
        parts.append(f"[open at AWS]({view.console_url})")
    return " · ".join(parts)


def _hosts(view: CloudView) -> None:
    table = pd.DataFrame(
        {
            "Instance": [host.name for host in view.hosts],
            "Step": [progress.named(host.step) or host.state.capitalize() for host in view.hosts],
            "Progress": [host.targets_done / max(1, host.targets_total) for host in view.hosts],
            "Targets": [f"{host.targets_done:,} of {host.targets_total:,}" for host in view.hosts],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) <= 8 else 320,
        key="cloud_hosts",
        column_config={
            "Progress": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
        },
    )


def logs(summary: RunSummary) -> bool:
    """Show the log of one instance; return False when the run has none of its own."""
    view = runs.cloud(summary.path)
    if view is None:
        return False
    names = [f"algo-{i + 1}" for i in range(view.n_hosts)]
    host = st.selectbox("Instance", names, key="cloud_log_of") if len(names) > 1 else names[0]

    @st.fragment(run_every=_LOG_SECONDS if summary.status.state.may_change else None)
    def tail() -> None:
        runs.log(summary.path)  # has the service asked for what is new
        text = runs.host_log(summary.path, host, n_lines=_LOG_LINES)
        st.code(text or "The log is empty.", language=None, height=320, wrap_lines=True)

    tail()
    return True
