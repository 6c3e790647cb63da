"""Choose where an experiment is measured: this machine or cloud instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.benchmark import Configuration, ExperimentSpec
from genie3_engine.errors import OptionError
from ui import layout, navigation

_USUAL_TYPE = "ml.c5.2xlarge"
_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the runs of an experiment happen.

    Parameters
    ----------
    n_cores : int
        Threads that run in parallel on one machine.
    counts : tuple of int
        Numbers of machines that share the targets of a run, each of them measured.
    options : dict
        Options of the launcher of cloud instances; empty for this machine.
    """

    n_cores: int
    counts: tuple[int, ...] = (1,)
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    def spread(self, configurations: Sequence[Configuration]) -> tuple[Configuration, ...]:
        """Return each configuration for each number of machines."""
        return tuple(
            replace(each, n_instances=count) for count in self.counts for each in configurations
        )


def choose() -> Machine:
    """Ask where, and for the instances.

    Raises
    ------
    OptionError
        When no number of instances is chosen.
    """
    where = st.segmented_control(
        "Where",
        [runs.LOCAL, runs.CLOUD],
        format_func=lambda each: runs.LAUNCHERS[each].label,
        default=runs.LOCAL,
        required=True,
        key="lab_where",
    )
    if where is None or runs.LAUNCHERS[where].is_this_machine:
        return Machine(runs.usable_cores())
    saved = runs.cloud_settings()
    if saved.is_emulator:
        st.badge("Emulator: nothing reaches AWS", icon=":material/science:", color="orange")
    elif not saved.role:
        st.info("SageMaker needs a role of your AWS account first.", icon=":material/cloud:")
    layout.page_link(navigation.SAGEMAKER, label="Set up SageMaker", icon=":material/settings:")
    names = [kind.name for kind in planning.catalogue().instances]
    usual = saved.instance_type if saved.instance_type in names else _USUAL_TYPE
    kind, many, how = st.columns([2, 3, 2], gap="medium", vertical_alignment="bottom")
    name = str(
        kind.selectbox("Instance type", names, names.index(usual), key="lab_instance_type") or usual
    )
    counts = many.multiselect("Instances of a run", _COUNTS, default=[1], key="lab_instances")
    is_spot = how.toggle("Spot instances", saved.spot, key="lab_spot")
    if not counts:
        raise OptionError("No number of instances is chosen.", "Choose one at least.")
    longest = saved.max_wait_seconds if is_spot else None
    options = replace(saved, instance_type=name, spot=is_spot, max_wait_seconds=longest)
    n_cores = planning.catalogue().named(name).vcpu
    return Machine(n_cores, tuple(sorted(counts)), options.to_dict(is_whole=True))


def summary(spec: ExperimentSpec) -> str:
    """Return how many instances an experiment uses in parallel, and their price per hour."""
    many = spec.n_repeats * sum(each.n_instances for each in spec.configurations)
    kind = planning.catalogue().named(spec.launcher_options["instance_type"])
    text = f"All jobs start together, on {labels.count(many, 'instance')} together"
    if runs.SageMakerOptions.from_dict(spec.launcher_options).is_emulator:
        return f"{text}, played by this machine: their times say little."
    if kind.dollars_per_hour is None:
        return f"{text}; their price is not known."
    dollars = labels.dollars(many * kind.dollars_per_hour)
    return f"{text}: {dollars} for an hour of all of them, on demand."
