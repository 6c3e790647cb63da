"""Confidence of the links of a run: which kinds there can be, their cost, and those added later."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.data.expression import Expression
from genie3_engine.errors import Genie3Error
from genie3_engine.model import (
    CONFIDENCE_CHOICES,
    METHODS,
    Choice,
    ConfidenceSpec,
    ForestSpec,
    JobState,
    RunSpec,
    RunStatus,
)
from genie3_engine.networks.link_evidence import STABILITY, P, evidence_of
from genie3_engine.runs import RunSummary
from ui import actions, cache, errors, live_parts, places, progress, state, text_format

_EVERY_SECONDS = 1.0


def offered(forest: ForestSpec, *, n_samples: int) -> tuple[list[Choice], str]:
    """Return the kinds of confidence that there can be, and why others cannot.

    Parameters
    ----------
    forest : ForestSpec
        The method and its settings.
    n_samples : int
        Samples of the data set.
    """
    possible, reason = [], ""
    for choice in CONFIDENCE_CHOICES:
        asked = ConfidenceSpec.parse(str(choice.value))
        try:
            runs.require_confidence(asked, forest, n_samples=n_samples)
        except Genie3Error as error:
            reason = places.from_home(error.message)
        else:
            possible.append(choice)
    return possible, reason


def cost(spec: RunSpec, expression: Expression, asked: ConfidenceSpec) -> str:
    """Return how long the confidence of a run's links takes, in words; empty before a forecast.

    Parameters
    ----------
    spec : RunSpec
        The run.
    expression : Expression
        Its data set.
    asked : ConfidenceSpec
        The kinds.
    """
    pilot = planning.find(spec)
    if pilot is None:
        return ""
    without, having = (
        planning.forecast(replace(spec, confidence=each), expression, pilot).wall_seconds
        for each in (None, asked)
    )
    seconds = having - without
    return f"Adds about {labels.estimate(seconds)} here." if seconds > 0 else ""


def choose(choices: Sequence[Choice], *, key: str) -> ConfidenceSpec:
    """Draw the choice of the kinds of confidence, and return it."""
    words = {str(choice.value): choice for choice in choices}
    first = next(iter(words))
    if state.current(key) not in words:
        state.set_value(key, first)
    chosen = st.segmented_control(
        "Kinds",
        list(words),
        format_func=lambda each: words[each].label,
        required=True,
        key=key,
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    value = first if chosen is None else str(chosen)  # None until the browser has drawn it
    st.caption(words[value].help)
    return ConfidenceSpec.parse(value)


def show(summary: RunSummary) -> None:
    """Offer the confidence that the links of a finished run lack, or show how far it is."""
    method = METHODS[summary.spec.forest.method]
    if summary.spec.parents or method.no_confidence or summary.spec.layout.n_shards > 1:
        return
    with errors.shown():
        before = runs.confidence_status(summary.path)
        was_live = before is not None and before.state.may_change

        def content() -> object:
            now = runs.confidence_status(summary.path)
            if now is None or not now.state.may_change:
                return None if now is None else now.state
            return now.state, progress.sentence(now, now=time.time())

        def draw() -> None:
            now = runs.confidence_status(summary.path)
            is_live = now is not None and now.state.may_change
            if is_live != was_live:
                st.rerun()  # the whole page: it looks at the progress, or shows the evidence
            if now is not None and is_live:
                _progress(summary, now)
                return
            if now is not None and now.error is not None and now.state is not JobState.DONE:
                errors.show(now.error)
            _offer(summary)

        live_parts.part(draw, every=_EVERY_SECONDS if was_live else None, content=content)()


def _progress(summary: RunSummary, now: RunStatus) -> None:
    # The targets of the run are done: what counts are those that are computed for the evidence.
    share = now.replicates_done / now.replicates_total if now.replicates_total else 0.0
    with st.container(key="confidence_progress"):
        st.progress(min(1.0, share), text=progress.sentence(now, now=time.time()))
        actions.button(
            "Cancel the confidence",
            runs.cancel_confidence,
            summary.path,
            icon=":material/stop:",
            type="tertiary",
            key="confidence_cancel",
            disabled=now.state is JobState.STOPPING,
        )


def _offer(summary: RunSummary) -> None:
    lacking = _lacking(summary)
    if not lacking:
        return
    with st.popover(
        "Add confidence", icon=":material/verified:", key="add_confidence", type="tertiary"
    ):
        st.markdown("**How sure are the links?** The run and its links stay as they are.")
        try:
            expression = cache.expression(summary.spec.dataset)
        except Genie3Error as problem:
            errors.show(problem)
            return
        possible, reason = offered(summary.spec.forest, n_samples=expression.n_samples)
        choices = [choice for choice in possible if choice in lacking]
        if reason:
            st.caption(text_format.plain(reason, at_most=400))
        if not choices:
            return
        asked = choose(choices, key=f"confidence_of_{summary.id}")
        words = cost(summary.spec, expression, asked) or _cost_of_run(summary, asked)
        if words:
            st.caption(words)
        actions.button(
            "Compute in the background",
            runs.add_confidence,
            summary.path,
            asked,
            type="primary",
            key="confidence_start",
        )


def _cost_of_run(summary: RunSummary, asked: ConfidenceSpec) -> str:
    """Return how long the confidence takes by the time that the run took; empty if unknown."""
    seconds = runs.confidence_seconds(summary.path, asked)
    return "" if seconds is None else f"Takes about {labels.estimate(seconds)} here."


def _lacking(summary: RunSummary) -> list[Choice]:
    """Return the kinds of confidence that a run does not have."""
    evidence = evidence_of(summary.path)
    if evidence is None:
        return list(CONFIDENCE_CHOICES)
    present = {"p_values": P in evidence.columns, "stability": STABILITY in evidence.columns}
    return [
        choice
        for choice in CONFIDENCE_CHOICES
        if not any(
            present[name] and is_asked
            for name, is_asked in ConfidenceSpec.parse(str(choice.value)).to_dict().items()
        )
    ]
