"""Specification, schedule and status of an experiment."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.errors import OptionError
from genie3_engine.jobs.status import JobStatus
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.launchers.registry import CLOUD, LAUNCHERS, LOCAL

MOST_RUNS = 1_000


@dataclass(frozen=True, slots=True)
class SimulatedData:
    """A matrix that the experiment simulates for itself."""

    n_genes: int
    n_samples: int
    seed: int = 0

    @property
    def name(self) -> str:
        """What the matrix is called."""
        return f"Simulated {self.n_genes:,} x {self.n_samples:,}"


@dataclass(frozen=True, slots=True)
class ExperimentSpec:
    """What an experiment measures; written once as ``experiment.json``.

    Parameters
    ----------
    name : str
        The user's name for it.
    preset : str
        The preset that it came from.
    configurations : tuple of Configuration
        The grid.
    dataset : str or None
        Fingerprint of the stored data set; None when it is simulated.
    simulated : SimulatedData or None
        What is simulated.
    source : str
        Name of the data.
    regulators : tuple of str or None
        Candidate regulators; None takes every gene.
    n_repeats : int
        Runs of each configuration.
    n_trees : int
        Trees for each target.
    seed : int
        Of the forests, and of the order of the runs.
    created : str
        ISO 8601 time in UTC.
    launcher_options : dict
        Options of the launcher of every run.
    launcher : str
        The launcher's name.

    Raises
    ------
    OptionError
        When there is nothing to run, or far too much.
    """

    name: str
    preset: str
    configurations: tuple[Configuration, ...]
    dataset: str | None = None
    simulated: SimulatedData | None = None
    source: str = ""
    regulators: tuple[str, ...] | None = None
    n_repeats: int = 1
    n_trees: int = 1000
    seed: int = 0
    created: str = ""
    launcher_options: dict[str, Any] = field(default_factory=dict, hash=False)
    launcher: str = LOCAL

    def __post_init__(self) -> None:
        """Refuse a grid without a point, or with too many."""
        if not self.configurations:
            raise OptionError("The experiment has no configuration.", "Give one at least.")
        if self.n_repeats < 1:
            raise OptionError(
                f"The number of repeats is {self.n_repeats}.", "Give a whole number from 1."
            )
        n_runs = len(self.configurations) * self.n_repeats
        if n_runs > MOST_RUNS:
            raise OptionError(
                f"The grid has {n_runs:,} runs.", f"Ask for {MOST_RUNS:,} at most: fewer values."
            )
        if (self.dataset is None) == (self.simulated is None):
            raise OptionError("The experiment has no data.", "Give a data set, or simulate one.")
        has_types = any(each.instance for each in self.configurations)
        if has_types and self.launcher in LAUNCHERS and not self.launcher_info.machine_type:
            raise OptionError(
                f"{self.launcher_info.label} has no instance types.",
                "Leave the instance types out, or choose another launcher.",
            )
        has_several = any(each.n_instances > 1 for each in self.configurations)
        if has_several and self.launcher in LAUNCHERS and not self.launcher_info.machines:
            raise OptionError(
                f"A run on {self.launcher_info.label} takes one machine.",
                "Leave --instances out, or give another --launcher.",
            )

    @property
    def launcher_info(self) -> LauncherInfo:
        """The description of the launcher; raises `OptionError` when it is not installed."""
        return LAUNCHERS[self.launcher]

    @property
    def most_targets(self) -> int:
        """Targets that the largest configuration computes."""
        return max(each.targets_to_compute for each in self.configurations)

    def schedule(self) -> tuple[Slot, ...]:
        """Return the runs in the order in which they are measured.

        The order is random, so that a machine that gets warmer or busier spoils no one
        configuration; the seed decides it.
        """
        slots = [
            Slot(index, repeat)
            for index in range(len(self.configurations))
            for repeat in range(1, self.n_repeats + 1)
        ]
        random.Random(self.seed).shuffle(slots)
        return tuple(slots)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ExperimentSpec:
        """Rebuild a spec from `to_dict`'s values.

        Version 0.1.0, which knew one launcher elsewhere, did not store its name.
        """
        launcher = values.get("launcher") or (CLOUD if values["launcher_options"] else LOCAL)
        simulated, regulators = values["simulated"], values["regulators"]
        return cls(
            **{
                **values,
                "launcher": launcher,
                "configurations": tuple(map(Configuration.from_dict, values["configurations"])),
                "simulated": None if simulated is None else SimulatedData(**simulated),
                "regulators": None if regulators is None else tuple(regulators),
            }
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """One run of an experiment: which configuration, from 0, and which repeat, from 1."""

    index: int
    repeat: int

    @property
    def key(self) -> str:
        """What its files are called."""
        return f"{self.index:03d}-{self.repeat:03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentStatus(JobStatus):
    """The progress and the state of an experiment; ``status.json``.

    The steps are preparing, simulating, launching, waiting, warming up, measuring and stopping.

    Parameters
    ----------
    runs_done, runs_total : int
        Rows on disk, and rows of the whole grid.
    current : str
        Key of the run that is being measured; see `Slot.key`.
    dataset : str or None
        Fingerprint of its data, once they are stored.
    machine : mapping
        Model, cores, memory, and the load at the start.
    """

    runs_done: int = 0
    runs_total: int = 0
    current: str = ""
    dataset: str | None = None
    machine: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counted(self) -> tuple[int, int]:
        """Rows on disk, and rows of the whole grid."""
        return self.runs_done, self.runs_total
