"""Choice, progress and actions of an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import benchmark, labels
from genie3_engine.benchmark import ExperimentSummary
from genie3_engine.model import JobState
from ui import actions, errors, progress, state, text_format


def chosen_experiment(experiments: Sequence[ExperimentSummary]) -> ExperimentSummary | None:
    """Return the experiment that the address asks for, else the newest; None when there is none."""
    asked = state.get(state.EXPERIMENT)
    by_id = {each.id: each for each in experiments}
    if asked is not None and asked not in by_id:
        if experiments:
            st.warning(
                "This experiment does not exist. It may have been deleted.",
                icon=":material/search_off:",
            )
        state.put(state.EXPERIMENT, None)
    return by_id.get(asked or "") or next(iter(experiments), None)


def title(summary: ExperimentSummary) -> str:
    """Return what an experiment is called: its preset or own name, its data, and when."""
    spec = summary.spec
    when = spec.created[:16].replace("T", " ")
    return text_format.shorten(f"{spec.name} · {spec.source} · {when}", at_most=90)


def choose(current: ExperimentSummary, experiments: Sequence[ExperimentSummary]) -> None:
    """Offer the other experiments."""
    by_id = {each.id: each for each in experiments}
    key = f"experiment_{current.id}"

    def store() -> None:
        state.put(state.EXPERIMENT, state.value(key))

    st.selectbox(
        "Experiment",
        list(by_id),
        index=list(by_id).index(current.id),
        format_func=lambda each: title(by_id[each]),
        key=key,
        on_change=store,
    )


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
    with st.container(border=True, key="experiment_state"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.subheader(text_format.plain(now.spec.name), anchor=False, width="content")
                progress.badge(status.state)
            with st.container(horizontal=True, width="content"):
                _actions(now)
        st.caption(text_format.plain(_about(now), at_most=400))
        if status.state.is_live:
            share = status.runs_done / max(1, status.runs_total)
            st.progress(min(1.0, share), text=text_format.plain(_sentence(now), at_most=300))
        elif status.state is not JobState.DONE:
            st.caption(f"{status.runs_done} of {status.runs_total} runs are measured and stored.")
        if status.error is not None:
            errors.show(status.error)


def _about(now: ExperimentSummary) -> str:
    """Return what is measured, and on which machine."""
    spec, machine = now.spec, now.status.machine
    parts = [
        spec.source,
        labels.count(spec.n_trees, "tree") + " per target",
        labels.count(spec.n_repeats, "repeat"),
    ]
    if machine:
        memory = machine.get("memory_bytes", 0) / 2**30
        parts += [
            str(machine.get("processor", "")),
            labels.count(int(machine.get("usable_cores", 0)), "core"),
            f"{memory:.0f} GiB",
        ]
        if machine.get("load_at_start") is not None:
            parts.append(f"load at the start {machine['load_at_start']:.2f}")
    return " · ".join(parts)


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


def _actions(now: ExperimentSummary) -> None:
    run_state = now.status.state
    if run_state.is_live and actions.button(
        "Stop",
        benchmark.cancel,
        now.path,
        icon=":material/stop:",
        disabled=run_state is JobState.STOPPING,
        key="stop_experiment",
    ):
        st.rerun()  # the whole page, not its live part alone
    if run_state.is_resumable and actions.button(
        "Resume",
        benchmark.resume,
        now.path,
        type="primary",
        icon=":material/resume:",
        key="resume_experiment",
    ):
        st.rerun()
    if not run_state.is_live:
        with st.popover("Delete", icon=":material/delete:", key="delete_experiment"):
            st.markdown("Delete this experiment and its runs from the disk?")
            if actions.button(
                "Delete the experiment",
                _delete,
                now,
                type="primary",
                key="delete_experiment_sure",
            ):
                st.rerun()


def _delete(now: ExperimentSummary) -> None:
    benchmark.delete(now.path)
    state.put(state.EXPERIMENT, None)
