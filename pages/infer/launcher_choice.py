"""Choose the launcher of a run and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from genie3_engine import runs
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
    if info.settings:
        launchers.setup(launcher, saved)
    given = settings_form.form(info.settings, saved, prefix=f"{launcher}_")
    options = runs.complete_options(launcher, given)
    return replace(spec, launcher=launcher, launcher_options=options)


def prefill(spec: RunSpec) -> None:
    """Choose the launcher and the options of an earlier run."""
    if spec.launcher not in runs.LAUNCHERS:
        return
    state.set_value(KEY, spec.launcher)
    settings = runs.LAUNCHERS[spec.launcher].settings
    settings_form.prefill(settings, spec.launcher_options, prefix=f"{spec.launcher}_")
