"""Choose where an experiment is measured: this machine or machines of a launcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    types : tuple of str
        Types of the machines, each of them measured; empty for that of the options.
    """

    n_cores: int
    launcher: str
    options: dict[str, Any] = field(hash=False)
    counts: tuple[int, ...] = (1,)
    types: tuple[str, ...] = ()

    @property
    def has_types(self) -> bool:
        """Whether the types of the machines can be chosen."""
        return bool(runs.LAUNCHERS[self.launcher].machine_type)

    def spread(self, configurations: Sequence[Configuration]) -> tuple[Configuration, ...]:
        """Return each configuration for each number and each type of machines."""
        return tuple(
            dict.fromkeys(
                replace(each, n_instances=count, instance=each.instance or name)
                for name in self.types or ("",)
                for count in self.counts
                for each in configurations
            )
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
    types = _further_types(info, given, prefix) if info.machine_type else ()
    if not counts:
        raise OptionError("No number of machines is chosen.", "Choose one at least.")
    options = runs.complete_options(launcher, given)
    n_cores = info.cores(options) or runs.usable_cores()
    return Machine(n_cores, launcher, options, tuple(sorted(counts)), types)


def _further_types(
    info: runs.LauncherInfo, given: Mapping[str, Any], prefix: str
) -> tuple[str, ...]:
    """Ask for further types of machines; return all of them, or none where there is one alone."""
    first = str(given.get(info.machine_type) or "")
    others = [each.name for each in planning.catalogue().instances if each.name != first]
    key = f"{prefix}further_types"
    further = st.multiselect("Further instance types, each measured too", others, key=key)
    return (first, *further) if further and first else ()


def summary(spec: ExperimentSpec) -> str:
    """Return how many machines an experiment uses in parallel, and their price per hour."""
    info, options = spec.launcher_info, spec.launcher_options
    if info.is_this_machine:
        return "Other runs wait during a measurement."
    many = spec.n_repeats * sum(each.n_instances for each in spec.configurations)
    text = f"All jobs start together, on {labels.count(many, 'machine')} together"
    if (chosen := info.instances(options)) is None:
        return f"{text}. {info.notice(options)}".rstrip()
    hourly = [
        _hourly(each.instance or chosen[0], each.n_instances * spec.n_repeats)
        for each in spec.configurations
    ]
    known = sum(price for price in hourly if price is not None)
    if not known:
        return f"{text}; their price is not known."
    n_unknown = sum(price is None for price in hourly)
    also = f", and {n_unknown} configurations whose price is not known" if n_unknown else ""
    return f"{text}: {labels.dollars(known)} for an hour of all of them, on demand{also}."


def _hourly(instance: str, number: int) -> float | None:
    """Return the dollars of an hour of some instances; None when they are not known."""
    try:
        price = planning.catalogue().named(instance).dollars_per_hour
    except OptionError:
        return None
    return None if price is None else number * price
