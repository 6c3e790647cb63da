"""Choose where an experiment is measured: this machine or machines of a launcher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.benchmark import Configuration, ExperimentSpec
from genie3_engine.errors import OptionError
from ui import launchers, settings_form

_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the runs of an experiment happen.

    Parameters
    ----------
    n_cores : int
        Threads that run in parallel on one machine.
    launcher : str
        The launcher's name.
    options : dict
        Its options.
    counts : tuple of int
        Numbers of machines that share the targets of a run, each of them measured.
    """

    n_cores: int
    launcher: str
    options: dict[str, Any] = field(hash=False)
    counts: tuple[int, ...] = (1,)

    def spread(self, configurations: Sequence[Configuration]) -> tuple[Configuration, ...]:
        """Return each configuration for each number of machines."""
        return tuple(
            replace(each, n_instances=count) for count in self.counts for each in configurations
        )


def choose() -> Machine:
    """Ask for the launcher, its options and the numbers of machines.

    Raises
    ------
    OptionError
        When an option is wrong, or no number of machines is chosen.
    """
    launcher = launchers.choose("lab_where")
    info, saved = runs.LAUNCHERS[launcher], runs.saved_options(launcher)
    launchers.setup(launcher, saved)
    prefix = f"lab_{launcher}_"
    asked = [each for each in info.settings if not each.is_advanced and each.name != info.machines]
    suggested = {each.name: each.words[0] for each in asked if each.kind == "text" and each.words}
    given = settings_form.form(asked, {**suggested, **saved}, prefix=prefix, n_columns=3)
    counts = [1]
    if info.machines:
        label = next(each.label for each in info.settings if each.name == info.machines)
        key = prefix + info.machines
        counts = st.multiselect(f"{label} of a run", _COUNTS, default=[1], key=key)
    if not counts:
        raise OptionError("No number of machines is chosen.", "Choose one at least.")
    options = runs.complete_options(launcher, given)
    n_cores = info.cores(options) or runs.usable_cores()
    return Machine(n_cores, launcher, options, tuple(sorted(counts)))


def summary(spec: ExperimentSpec) -> str:
    """Return how many machines an experiment uses in parallel, and their price per hour."""
    info, options = spec.launcher_info, spec.launcher_options
    if info.is_this_machine:
        return "Other runs wait during a measurement."
    many = spec.n_repeats * sum(each.n_instances for each in spec.configurations)
    text = f"All jobs start together, on {labels.count(many, 'machine')} together"
    if (chosen := info.instances(options)) is None:
        return f"{text}. {info.notice(options)}".rstrip()
    try:
        hourly = planning.catalogue().named(chosen[0]).dollars_per_hour
    except OptionError:
        hourly = None
    if hourly is None:
        return f"{text}; their price is not known."
    return f"{text}: {labels.dollars(many * hourly)} for an hour of all of them, on demand."
