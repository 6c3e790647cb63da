"""Choice and progress of a comparison."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import differential, labels, runs
from genie3_engine.differential import ComparisonSummary
from genie3_engine.model import METHODS, JobState
from ui import errors, job_status, progress, state, text_format

KIND = job_status.JobKind(
    noun="comparison",
    key=state.COMPARISON,
    others=(state.GENE, state.TO),
    stop="Cancel",
    contents="results",
    cancel=lambda path: differential.cancel(path),
    resume=lambda path: differential.resume(path),
    delete=lambda path: differential.delete(path),
)


def choose(current: ComparisonSummary, comparisons: Sequence[ComparisonSummary]) -> None:
    """Offer the other comparisons."""
    job_status.choose(KIND, current.id, {each.id: _name(each) for each in comparisons})


def _name(of: ComparisonSummary) -> str:
    parts = [of.spec.title, of.spec.source, labels.age(of.status.created, time.time())]
    if of.status.state is not JobState.DONE:
        parts.append(progress.label(of.status.state).lower())
    return text_format.shorten(" · ".join(part for part in parts if part), at_most=100)


def content(before: ComparisonSummary) -> object:
    """Return what `follow` shows, for a look whether it has changed."""
    return differential.status(before.path)


def follow(before: ComparisonSummary) -> None:
    """Show the status of a comparison; draw the whole page anew when its state has changed."""
    with errors.shown():
        now = replace(before, status=differential.status(before.path))
        if now.status.state is not before.status.state:
            st.rerun()
        _show(now)


def _show(now: ComparisonSummary) -> None:
    status = now.status
    job_status.show(
        KIND,
        now,
        title=now.spec.title,
        about=_about(now),
        sentence=_sentence(now),
        at_rest=f"{status.forests_done:,} of {labels.count(status.forests_total, 'forest')} are "
        "grown and stored: *Resume* goes on from there.",
    )


def _about(now: ComparisonSummary) -> Sequence[str]:
    """Return what is compared, and how."""
    spec = now.spec
    groups = " and ".join(spec.labels)
    trees = f", {labels.count(spec.forest.n_trees, 'tree')} per target"
    return [
        f"{groups} by {spec.first.column}" if spec.first.column else groups,
        spec.source,
        METHODS[spec.forest.method].label + (trees if spec.forest.grows_with_trees else ""),
        f"{spec.n_permutations:,} permutations",
        f"blocks by {spec.blocks}" if spec.blocks else "",
        *_elsewhere(now),
    ]


def _elsewhere(now: ComparisonSummary) -> Sequence[str]:
    """Return where the forests grow, unless that is this machine, and what it has cost."""
    if now.spec.launcher not in runs.LAUNCHERS or now.spec.launcher_info.is_this_machine:
        return []
    label = now.spec.launcher_info.label
    view = differential.view(now.path)
    if view is None:
        return [label]
    said = ", ".join(text for text in (view.state, view.secondary) if text)
    dollars, core_seconds = view.billing.get("dollars"), view.billing.get("core_seconds")
    paid = "" if dollars is None else labels.dollars(dollars)
    if core_seconds is not None:
        paid = f"{labels.core_hours(core_seconds)} core-hours"
    if view.is_emulator:
        paid = "nothing to pay"
    return [f"{label}: job {view.n_jobs}{f', {said}' if said else ''}", paid]


def _sentence(now: ComparisonSummary) -> str:
    """Return the progress in words."""
    status = now.status
    if status.state is JobState.STOPPING:
        return "Stopping: the forests that are grown stay on disk"
    parts = [labels.step(status.step) or "Starting"]
    if status.step == "permuting" and status.permutation:  # tasks elsewhere do not report it
        parts.append(f"{status.permutation:,} of {status.n_permutations:,}")
    if status.forests_total:
        parts.append(f"{status.forests_done:,} of {labels.count(status.forests_total, 'forest')}")
    left = status.seconds_left(time.time())
    if left is not None:
        parts.append(f"about {labels.duration(left)} left")
    return " · ".join(parts)
