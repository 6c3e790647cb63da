"""Findings about the table, and buttons for their fixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from genie3_engine import labels
from genie3_engine.data.quality import Finding, Severity, describe_recipe, parse_fix
from genie3_engine.errors import Genie3Error
from genie3_engine.model import ErrorRecord
from genie3_engine.runs import DatasetInfo, Upload
from pages.data import fix_form, read_options, session_dataset
from pages.data.fix_form import ApplyRecipe
from pages.data.session_dataset import Checked, Reading
from ui import actions, errors, text_format

_ICONS = {
    Severity.PROBLEM: ":red[:material/error:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.NOTE: ":blue[:material/info:]",
}
_PLURAL = {Severity.PROBLEM: "problem", Severity.WARNING: "warning", Severity.NOTE: "note"}


def show(info: DatasetInfo) -> None:
    """Show the findings about a stored data set, and the recipe that made it."""
    recipe = info.recipe
    with errors.shown():
        upload = session_dataset.upload_of(info)
        if upload is None:
            found = session_dataset.check_stored(info.fingerprint, recipe, info.labels.regulators)
            history = (info.report or {}).get("recipe")
            derive = partial(session_dataset.derive, info)
            _show(found, recipe, derive, may_undo=False, history=history)
            return
        reading = Reading.from_dict(info.labels.reading)
        read_options.sheet(upload, reading, info.report or {})

        def apply(new: tuple[str, ...]) -> None:
            session_dataset.load(upload, replace(reading, recipe=new))
            session_dataset.carry_choices(info)

        _show(_of(upload, reading, info.labels.regulators), recipe, apply)


def show_pending(upload: Upload, reading: Reading, problem: ErrorRecord) -> None:
    """Show what keeps an upload from being stored, and the fixes; else only the error."""

    def apply(recipe: tuple[str, ...]) -> None:
        session_dataset.load(upload, replace(reading, recipe=recipe))

    try:
        found = _of(upload, reading, None)
    except Genie3Error:
        errors.show(problem)
        if reading.recipe:
            fix_form.applied(describe_recipe(reading.recipe, None), reading.recipe, apply)
        return
    if found.diagnosis.is_ready:
        errors.show(problem)
    _show(found, reading.recipe, apply)


def _of(upload: Upload, reading: Reading, regulators: tuple[str, ...] | None) -> Checked:
    return session_dataset.check_upload(upload.id, reading, regulators)


def _show(
    found: Checked,
    recipe: tuple[str, ...],
    apply: ApplyRecipe,
    *,
    may_undo: bool = True,
    history: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    findings = found.diagnosis.findings
    with st.container(border=True, key="findings"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Findings", anchor=False, width="stretch")
            st.caption(_summary(found), width="content")
        if recipe:
            texts = [effect.sentence for effect in found.effects] or describe_recipe(
                recipe, history
            )
            fix_form.applied(texts, recipe, apply if may_undo else None)
        urgent = [each for each in findings if each.severity is not Severity.NOTE]
        notes = [each for each in findings if each.severity is Severity.NOTE]
        for finding in urgent:
            _finding(finding, recipe, apply)
        if notes:
            label = labels.count(len(notes), "note")
            with st.expander(label, icon=":material/info:", expanded=not urgent and len(notes) < 3):
                for finding in notes:
                    _finding(finding, recipe, apply)
        with st.expander("About the table", icon=":material/table_view:"):
            facts = found.diagnosis.facts
            st.markdown(
                "  \n".join(
                    f"**{each.name}** · {text_format.plain(each.text, at_most=500)}"
                    for each in facts
                )
            )
        fix_form.choose(recipe, apply)


def _summary(found: Checked) -> str:
    counts = [
        labels.count(len(found.diagnosis.of(severity)), _PLURAL[severity])
        for severity in Severity
        if found.diagnosis.of(severity)
    ]
    return " · ".join(counts) or "No problems found"


def _finding(finding: Finding, recipe: tuple[str, ...], apply: ApplyRecipe) -> None:
    with st.container(key=f"finding_{finding.code}", gap="xsmall"):
        sentence = text_format.plain(finding.sentence, at_most=600)
        st.markdown(f"{_ICONS[finding.severity]} **{sentence}**")
        st.caption(text_format.plain(finding.why, at_most=1_000))
        with st.container(horizontal=True, gap="small"):
            for place, fix in enumerate(finding.fixes):
                _button(finding, place, fix, partial(apply, (*recipe, fix)))


def _button(finding: Finding, place: int, fix: str, apply_fix: Callable[[], None]) -> None:
    step = parse_fix(fix)
    value = step.value
    shown = "" if value is None else f" ({value:,})" if isinstance(value, int) else f" ({value})"
    urgent = place == 0 and finding.severity is Severity.PROBLEM
    actions.button(
        f"{step.kind.label}{text_format.plain(shown)}",
        apply_fix,
        key=f"fix_{finding.code}_{place}",
        help=f"{text_format.plain(step.description, at_most=300)} (--fix {text_format.plain(fix)})",
        type="primary" if urgent else "secondary",
    )
