"""Choose the launcher of a run and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import streamlit as st

from genie3_engine import planning, runs
from genie3_engine.data.expression import Expression
from genie3_engine.model import RunSpec
from genie3_engine.registry import Registry
from ui import launchers, settings_form, state

# Draws the options of a launcher and returns the fields of the run's spec that hold them.
Panel: TypeAlias = Callable[[RunSpec, Expression], Mapping[str, Any]]

KEY = "where"
# Launchers without a panel have a form made of their settings.
PANELS: Registry[Panel] = Registry(
    "launcher panel",
    group="genie3.launcher_panels",
    built_in={runs.CLOUD: "pages.infer.sagemaker:ask"},
)


def choose() -> str:
    """Draw the choice of a launcher and return its name."""
    return launchers.choose(KEY)


def settle(spec: RunSpec, expression: Expression, launcher: str) -> RunSpec:
    """Draw the options of a launcher and return the run's spec with them."""
    if launcher in PANELS:
        return replace(spec, launcher=launcher, **PANELS[launcher](spec, expression))
    info, saved = runs.LAUNCHERS[launcher], runs.saved_options(launcher)
    facts = st.container()
    asked = launchers.settings(launcher)
    given = settings_form.form(asked, saved, prefix=f"{launcher}_", n_columns=2)
    options = runs.complete_options(launcher, given)
    if info.settings:
        with facts:
            launchers.setup(launcher, options)
    spec = replace(spec, launcher=launcher, launcher_options=options)
    _figures(spec, expression)
    return spec


def _figures(spec: RunSpec, expression: Expression) -> None:
    """Show what the run should take there, once its forecast has been made."""
    info = runs.LAUNCHERS[spec.launcher]
    if info.figures is None:
        return
    pilot = planning.find(spec)
    if pilot is None:
        st.caption("Tasks, time and memory are known once the forecast has been made.")
        return
    forecast = planning.forecast(spec, expression, pilot)
    launchers.figures(info.figures(spec.launcher_options, forecast))


def prefill(spec: RunSpec) -> None:
    """Choose the launcher and the options of an earlier run."""
    if spec.launcher not in launchers.here(runs.LAUNCHERS.names(), chosen=spec.launcher):
        return
    state.set_value(KEY, spec.launcher)
    settings = runs.LAUNCHERS[spec.launcher].settings
    settings_form.prefill(settings, spec.launcher_options, prefix=f"{spec.launcher}_")
