"""Apply any fix to an upload, or to a stored data set without one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.quality import FIXES, apply, finalise, parse_recipe
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.errors import Genie3Error
from genie3_engine.runs import DatasetInfo, Upload
from pages.data.reading import Reading
from ui import cache, errors, state


def upload_of(info: DatasetInfo) -> Upload | None:
    """Return the upload that a data set was read from, while it is kept."""
    if not info.labels.upload:
        return None
    try:
        return runs.open_upload(info.labels.upload)
    except Genie3Error:
        return None


def derive(info: DatasetInfo, recipe: tuple[str, ...]) -> None:
    """Apply the last fix of a recipe to a stored data set, and choose what comes out.

    Raises
    ------
    Genie3Error
        When it cannot be applied.
    """
    raw = RawExpression.of(cache.expression(info.fingerprint))
    result = apply(raw, parse_recipe(recipe[-1:]))
    report = dict(info.report or {})
    earlier = list(report.get("recipe", []))
    report["recipe"] = [*earlier, *(effect.to_dict() for effect in result.effects)]
    dataset = runs.save_dataset(
        finalise(result.raw), name=info.name, report=report if info.report else None
    )
    runs.remember_reading(dataset, upload="", reading=Reading(recipe=recipe).to_dict())
    state.put(state.DATASET, dataset)
    carry_regulators(info)


def carry_regulators(info: DatasetInfo) -> None:
    """Let the data set that a fix has made start from the regulators of the one before."""
    chosen, dataset = info.labels.regulators, state.get(state.DATASET)
    if chosen is None or dataset is None or dataset == info.fingerprint:
        return
    left = set(chosen).intersection(cache.expression(dataset).genes)
    if left and runs.dataset(dataset).labels.regulators is None:
        runs.choose_regulators(dataset, left, chosen_from=info.labels.regulators_from)


def choose(recipe: tuple[str, ...], mend: Callable[[tuple[str, ...]], None]) -> None:
    """Offer every fix there is."""
    with st.popover("Another fix", icon=":material/build:", key="another_fix"):
        name = st.selectbox(
            "Fix",
            list(FIXES),
            format_func=lambda each: FIXES[each].label,
            key="fix_name",
        )
        kind = FIXES[name]
        text = kind.description
        st.caption(f"{text[:1].upper()}{text[1:]}.")
        value = ""
        if kind.is_number:
            first = {"keep-expressed": 10}.get(name, 2000)
            label, last = kind.parameter.capitalize(), kind.at_most or None
            value = str(st.number_input(label, 1, last, value=first, key="fix_number"))
        elif kind.parameter:
            value = st.text_input(kind.parameter.capitalize(), key="fix_value").strip()
        if st.button("Apply", type="primary", key="fix_apply"):
            with errors.shown():
                fix = f"{name}={value}" if kind.parameter else name
                parse_recipe([fix])
                mend((*recipe, fix))
                st.rerun()
