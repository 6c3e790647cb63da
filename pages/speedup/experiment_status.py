"""Choice and progress of an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import benchmark, labels
from genie3_engine.benchmark import ExperimentSummary
from ui import errors, job_status, state, text_format

KIND = job_status.JobKind(
    noun="experiment",
    key=state.EXPERIMENT,
    others=(),
    stop="Stop",
    contents="runs",
    cancel=lambda path: benchmark.cancel(path),
    resume=lambda path: benchmark.resume(path),
    delete=lambda path: benchmark.delete(path),
)


def title(summary: ExperimentSummary) -> str:
    """Return what an experiment is called: its preset or own name, its data, and when."""
    spec = summary.spec
    when = spec.created[:16].replace("T", " ")
    return text_format.shorten(f"{spec.name} · {spec.source} · {when}", at_most=90)


def short_title(summary: ExperimentSummary, *, next_to: ExperimentSummary) -> str:
    """Return the name of an experiment next to another one in charts."""
    spec = summary.spec
    is_unlike = spec.name != next_to.spec.name
    name = spec.name if is_unlike else f"{spec.name} ({spec.created[11:16]})"
    return text_format.shorten(name, at_most=40)


def choose(current: ExperimentSummary, experiments: Sequence[ExperimentSummary]) -> None:
    """Offer the other experiments."""
    job_status.choose(KIND, current.id, {each.id: title(each) for each in experiments})


def choose_other(
    current: ExperimentSummary, experiments: Sequence[ExperimentSummary]
) -> ExperimentSummary | None:
    """Ask for a second experiment to compare with."""
    by_id = {
        each.id: each for each in experiments if each.id != current.id and each.status.runs_done
    }
    if not by_id:
        return None
    other = st.selectbox(
        "Compare with",
        list(by_id),
        index=None,
        format_func=lambda each: title(by_id[each]),
        placeholder="Nothing",
        key=f"overlay_{current.id}",
    )
    return None if other is None else by_id[other]


def follow(before: ExperimentSummary) -> None:
    """Show the experiment's status; draw the whole page anew when there is another row."""
    with errors.shown():
        now = replace(before, status=benchmark.status(before.path))
        if (now.status.runs_done, now.status.state) != (
            before.status.runs_done,
            before.status.state,
        ):
            st.rerun()
        _show(now)


def _show(now: ExperimentSummary) -> None:
    """Show the experiment's status, and what can be done."""
    status = now.status
    job_status.show(
        KIND,
        now,
        title=now.spec.name,
        about=_about(now),
        sentence=_sentence(now),
        at_rest=f"{status.runs_done} of {status.runs_total} runs are measured and stored.",
    )


def _about(now: ExperimentSummary) -> Sequence[str]:
    """Return what is measured, and on which machine."""
    spec, machine = now.spec, now.status.machine
    parts = [
        spec.source,
        labels.count(spec.n_trees, "tree") + " per target",
        labels.count(spec.n_repeats, "repeat"),
    ]
    if machine:
        n_bytes = machine.get("memory_bytes", 0)
        parts += [
            str(machine.get("processor", "")),
            labels.count(int(machine.get("usable_cores", 0)), "core"),
            *([f"{n_bytes / 2**30:.0f} GiB"] if n_bytes else []),
        ]
        if machine.get("load_at_start") is not None:
            parts.append(f"load at the start {machine['load_at_start']:.2f}")
    return parts


def _sentence(now: ExperimentSummary) -> str:
    status = now.status
    text = labels.step(status.step) or "Starting"
    if status.step == "measuring":
        index = int(status.current.partition("-")[0])
        text = f"Measuring {now.spec.configurations[index].label}"
    text = f"{status.runs_done} of {labels.count(status.runs_total, 'run')} · {text}"
    at_work = benchmark.current_run(now.path, status)
    if at_work is not None and at_work.targets_total and at_work.state.is_live:
        text += f": {at_work.targets_done} of {labels.count(at_work.targets_total, 'target')}"
    return text
