"""A run at a service: job, machines, cost and logs."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.model import JobState
from genie3_engine.runs import Host, JobView, LauncherInfo, RunSummary
from ui import errors, progress, text_format

_LOG_LINES, _LOG_SECONDS = 200, 3.0


def job_of(summary: RunSummary) -> JobView | None:
    """Return the job of a run as of the last look at it; None where runs have no jobs."""
    return runs.launcher_of(summary.path).view(summary.path)


def show(summary: RunSummary) -> None:
    """Show the job, what each machine is at, and what it has cost so far."""
    view = job_of(summary)
    if view is None:
        return
    info = runs.LAUNCHERS[summary.spec.launcher]
    if view.is_emulator:
        st.info(info.notice(summary.spec.launcher_options), icon=":material/info:")
    _facts(view, info)
    st.caption(_job(view, info.label))
    if view.hosts:
        _hosts(view, info.machine)


def _facts(view: JobView, info: LauncherInfo) -> None:
    bill = view.billing
    state, machines, seconds, dollars = st.columns(4)
    state.metric(f"{info.label} status", view.secondary or view.state or "Not asked yet")
    what = bill.get("instance_type", "") + (" spot" if bill.get("spot") else "")
    n_begun = sum(host.state != JobState.QUEUED for host in view.hosts)
    machines.metric(
        f"{info.machine}s".capitalize(),
        f"{n_begun} of {len(view.host_names)}",
        help=f"{what}: begun, and requested.".removeprefix(": ").capitalize(),
    )
    if not bill:
        return
    if (charged := bill.get("core_seconds")) is not None:
        cores = labels.count(bill["n_cores"], "core")
        seconds.metric(
            "Core-hours" if view.is_bill_final else "Core-hours so far",
            labels.core_hours(charged),
            help=f"Of {labels.count(bill['n_tasks'], 'task')} with {cores} each, since the last "
            "submission.",
        )
        return
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


def _job(view: JobView, service: str) -> str:
    parts = [f"Job `{view.job}`"]
    if view.message:
        parts.append(text_format.plain(view.message, at_most=200))
    if view.n_interruptions:
        parts.append(labels.count(view.n_interruptions, _interruption(view)))
    if view.n_jobs > 1:
        parts.append(f"job number {view.n_jobs} of this run")
    if view.url:
        parts.append(f"[open at {service}]({view.url})")
    return " · ".join(parts)


def _last_sign(host: Host) -> datetime | None:
    if host.heartbeat is None or not host.is_live:
        return None
    return datetime.fromtimestamp(host.heartbeat, UTC)


def _interruption(view: JobView) -> str:
    return "spot interruption" if view.billing.get("spot") else "restart"


def _hosts(view: JobView, machine: str) -> None:
    table = pd.DataFrame(
        {
            machine.capitalize(): [host.name for host in view.hosts],
            "Node": [host.node for host in view.hosts],
            "Step": [progress.named(host.step) or host.state.capitalize() for host in view.hosts],
            "Progress": [host.targets_done / max(1, host.targets_total) for host in view.hosts],
            "Targets": [f"{host.targets_done:,} of {host.targets_total:,}" for host in view.hosts],
            "Restarts": [host.n_restarts for host in view.hosts],
            "Last sign": [_last_sign(host) for host in view.hosts],
            "Note": [host.note for host in view.hosts],
        }
    )
    rare = ("Node", "Restarts", "Note")
    table = table.drop(columns=[name for name in rare if not any(table[name])])
    if table["Last sign"].isna().all():
        table = table.drop(columns="Last sign")
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) <= 8 else 320,
        key="cloud_hosts",
        column_config={
            "Progress": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Last sign": st.column_config.DatetimeColumn("Last sign of life", format="distance"),
        },
    )


def logs(summary: RunSummary) -> bool:
    """Show the log of one instance; return False when the run has none of its own."""
    launcher = runs.launcher_of(summary.path)
    view = launcher.view(summary.path)
    if view is None or not view.host_names:
        return False
    names = view.host_names
    machine = runs.LAUNCHERS[summary.spec.launcher].machine.capitalize()
    host = st.selectbox(machine, names, key="cloud_log_of") if len(names) > 1 else names[0]

    def tail() -> None:
        launcher.logs(summary.path)  # asks the service for what is new
        text = runs.log_tail(summary.path, _LOG_LINES, host=host)
        st.code(text or "The log is empty.", language=None, height=320, wrap_lines=True)

    errors.fragment(tail, every=_LOG_SECONDS if summary.status.state.may_change else None)()
    return True
