"""The command ``status``: show the status of a run or a comparison."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from genie3_engine import differential, labels, runs
from genie3_engine.commands import comparison_summary, output
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.launchers import background
from genie3_engine.model import RunStatus
from genie3_engine.model.statuses import COLLECTING, REPLICATE_STEPS
from genie3_engine.runs import Host, JobView


def status(args: argparse.Namespace) -> int:
    """Print the status of a run, wherever it happens, and wait for a result that is on its way."""
    run = args.run.absolute()
    if differential.is_comparison(run):
        return _status_of_comparison(run, as_json=args.json)
    launcher = runs.launcher_of(run)
    now = launcher.status_now(run)
    if now.step == COLLECTING:
        background.wait(run)
        now = launcher.status(run)
    view = launcher.view(run)
    if args.json:
        output.print_json(_as_json(run, now, view))
        return 0
    facts: list[tuple[str, object]] = [
        ("state", f"{now.state}{f', {now.step}' if now.step else ''}"),
        ("targets", f"{now.targets_done:,} of {now.targets_total:,}"),
    ]
    facts += _replicate_facts(now)
    place = runs.place_in_queue(run) if now.step == "waiting" else None
    if place is not None:
        facts.append(("queue", place.words))
    if (job := runs.confidence_status(run)) is not None:
        facts.append(("confidence", f"{job.state}{f', {job.step}' if job.step else ''}"))
        facts += _replicate_facts(job)
    if now.error is not None:
        facts.append(("because", " ".join(f"{now.error.message} {now.error.remedy}".split())))
    if view is not None:
        facts += _job_facts(view, runs.LAUNCHERS[launcher.name].label)
    output.print_facts(facts)
    return 0


def _status_of_comparison(folder: Path, *, as_json: bool) -> int:
    now = comparison_summary.settled_status(folder)
    comparison_summary.print_status(folder, now, as_json=as_json)
    view = differential.view(folder)
    if view is not None and not as_json:
        label = ComparisonFolder.open(folder).spec.launcher_info.label
        output.print_facts(_job_facts(view, label, what="forests"))
    return 0


def _replicate_facts(now: RunStatus) -> list[tuple[str, object]]:
    """Return how many replicate targets are done, while some are computed."""
    if not (now.state.is_live and now.step in REPLICATE_STEPS):
        return []
    done, total = now.counted
    return [(f"{labels.counted(now.step)}s", f"{done:,} of {total:,}")]


def money(view: JobView) -> str:
    """Return what a run has cost so far."""
    bill = view.billing
    if "core_seconds" in bill:
        so_far = "" if view.is_bill_final else " so far"
        return f"{labels.core_hours(bill['core_seconds'])} core-hours{so_far}"
    seconds = f"{bill['billable_seconds']:,.0f} instance seconds"
    if view.is_emulator:
        return f"{seconds} in the emulator, nothing to pay"
    if bill["dollars"] is None:
        return f"{seconds}; {bill['price_note']}"
    how = "" if view.is_bill_final else " at most so far" if bill["spot"] else " so far"
    return f"{seconds}, {bill['dollars']:,.2f} dollars{how} ({bill['price_note']})"


def _job_facts(view: JobView, service: str, *, what: str = "targets") -> list[tuple[str, object]]:
    said = ", ".join(text for text in (view.state, view.secondary, view.message) if text)
    facts: list[tuple[str, object]] = [
        ("job", view.job + (f" ({view.n_jobs} in all)" if view.n_jobs > 1 else "")),
        (service, said or "not asked yet"),
    ]
    if view.billing:
        facts.append(("paid for", money(view)))
    if view.n_interruptions:
        facts.append(("interrupted", f"{view.n_interruptions} times"))
    now = time.time()
    facts += [
        (
            host.name,
            f"{host.state}{f', {host.step}' if host.step else ''},"
            f" {host.targets_done:,} of {host.targets_total:,} {what}"
            + "".join(f", {text}" for text in _details(host, now)),
        )
        for host in view.hosts
    ]
    if view.url:
        facts.append(("see", view.url))
    return facts


def _details(host: Host, now: float) -> list[str]:
    """Return what else is known of a machine: node, restarts, last sign of life, message."""
    seen = host.is_live and host.heartbeat is not None
    details = (
        f"on {host.node}" if host.node else "",
        labels.count(host.n_restarts, "restart") if host.n_restarts else "",
        f"seen {labels.age(host.heartbeat, now)}" if seen and host.node else "",
        host.note,
    )
    return [text for text in details if text]


def _as_json(run: Path, now: RunStatus, view: JobView | None) -> dict[str, Any]:
    error = now.error
    facts: dict[str, Any] = {
        "run": str(run),
        "state": str(now.state),
        "step": now.step,
        "targets_done": now.targets_done,
        "targets_total": now.targets_total,
        **_replicates_as_json(now),
        "error": None
        if error is None
        else {"code": error.code, "message": error.message, "remedy": error.remedy},
    }
    if (job := runs.confidence_status(run)) is not None:
        facts["confidence"] = {
            "state": str(job.state),
            "step": job.step,
            **_replicates_as_json(job),
        }
    if view is not None:
        facts["cloud"] = {
            "job": view.job,
            "state": view.state,
            "secondary": view.secondary,
            "hosts": [
                {key: value for key, value in host.to_dict().items() if key != "timings"}
                for host in view.hosts
            ],
            "interruptions": view.n_interruptions,
            "billing": view.billing,
            "is_bill_final": view.is_bill_final,
            "is_emulator": view.is_emulator,
        }
    return facts


def _replicates_as_json(now: RunStatus) -> dict[str, Any]:
    if not now.replicates_total:
        return {}
    return {"replicates_done": now.replicates_done, "replicates_total": now.replicates_total}
