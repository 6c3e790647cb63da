"""Specification and status of a comparison of two conditions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from genie3_engine.errors import OptionError
from genie3_engine.jobs.status import JobStatus
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.launchers.registry import LAUNCHERS, LOCAL
from genie3_engine.model import COMBINED, METHODS, ForestSpec, LayoutSpec

N_PERMUTATIONS = 50
N_MORE = 200
FEWEST_PERMUTATIONS = 10
LINKS_PER_TARGET = 5
MOST_LINKS = 100_000
N_TREES = 250
# Each step needs all forests of the one before; without refining, a comparison has two.
OBSERVING, PERMUTING, REFINING = STEPS = ("observing", "permuting", "refining")
# Fields that decide no number.
UNDECISIVE = ("layout", "name", "source", "created", "notes", "launcher", "launcher_options")


@dataclass(frozen=True, slots=True)
class Group:
    """Samples of one condition: all of a data set, or those with a value in a column.

    Parameters
    ----------
    label : str
        What the group is called.
    dataset : str
        Fingerprint of the stored data set.
    column : str
        Name of an annotation of the samples, or of a column of the sample sheet; empty for all
        samples of the data set.
    value : str
        The samples' value in that column.
    """

    label: str
    dataset: str
    column: str = ""
    value: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What decides the samples; groups are pooled in this order, whichever is the first."""
        return self.dataset, self.column, self.value


@dataclass(frozen=True, slots=True)
class ComparisonSpec:
    """What a comparison computes, and how; written once as ``comparison.json``.

    Parameters
    ----------
    first, second : Group
        The two conditions.
    regulators : tuple of str or None
        Candidate regulators in canonical (sorted) order; None takes every common gene.
    targets : tuple of str or None
        Targets in canonical (sorted) order; None takes every common gene.
    forest : ForestSpec
        The method, the same for both groups and all permutations.
    n_permutations : int
        Permutations of the labels for each target.
    n_more : int
        Further permutations for targets with a link whose change is promising; 0 for none.
    top : int
        Strongest links of each network; those of both together are compared.
    blocks : str
        Column of pairs or batches, inside which labels are permuted; empty for none.
    layout : LayoutSpec
        How the forests share the cores; never decides the result.
    name, source : str
        The user's name for the comparison, and where the data came from.
    created : str
        ISO 8601 time in UTC.
    notes : tuple of str
        What was left out or changed when the comparison was set up, one sentence each.
    sample_labels : str
        Digest of the group and the block of each sample, which a user may correct in the data set;
        set when the comparison is created.
    launcher : str
        Where the forests grow.
    launcher_options : dict
        Options of the launcher.

    Raises
    ------
    OptionError
        When both groups are the same, a number makes no sense, or the method's forests cannot be
        compared.
    """

    first: Group
    second: Group
    regulators: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    forest: ForestSpec = field(default_factory=ForestSpec)
    n_permutations: int = N_PERMUTATIONS
    n_more: int = N_MORE
    top: int = MOST_LINKS
    blocks: str = ""
    layout: LayoutSpec = field(default_factory=LayoutSpec)
    name: str = ""
    source: str = ""
    created: str = ""
    notes: tuple[str, ...] = ()
    sample_labels: str = ""
    launcher: str = LOCAL
    launcher_options: dict[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be compared."""
        if self.first.identity == self.second.identity:
            raise OptionError(
                f"Both groups are {self.first.label!r}: a group cannot be compared with itself.",
                "Give two different groups.",
            )
        if self.n_permutations < FEWEST_PERMUTATIONS:
            raise OptionError(
                f"The number of permutations is {self.n_permutations}.",
                f"Give a whole number from {FEWEST_PERMUTATIONS}.",
            )
        if self.n_more < 0:
            raise OptionError(
                f"The number of further permutations is {self.n_more}.", "Give 0 or more."
            )
        if self.top < 1:
            raise OptionError(f"The number of links is {self.top}.", "Give a whole number from 1.")
        require_comparable(self.forest)
        if self.launcher in LAUNCHERS and not self.launcher_info.takes_comparisons:
            raise OptionError(
                f"{self.launcher_info.label} takes no comparisons.",
                "Compare on this machine, or by tasks: --create makes the folder for them.",
            )
        layout = self.layout
        if layout.n_shards > 1:
            raise OptionError(
                "A comparison is computed as a whole: its permutations need the links of all "
                "targets.",
                "Leave out the shard.",
            )

    @property
    def launcher_info(self) -> LauncherInfo:
        """The description of the launcher; raises `OptionError` when it is not installed."""
        return LAUNCHERS[self.launcher]

    @property
    def labels(self) -> tuple[str, str]:
        """The labels of the two groups."""
        return self.first.label, self.second.label

    @property
    def title(self) -> str:
        """What the comparison is called: its name, else the labels of the groups."""
        return self.name or " and ".join(self.labels)

    @property
    def result_key(self) -> str:
        """The hash of everything that decides the result."""
        decides = {name: value for name, value in self.to_dict().items() if name not in UNDECISIVE}
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "forest": self.forest.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ComparisonSpec:
        """Rebuild a spec from `to_dict`'s values."""
        names = {
            key: None if values[key] is None else tuple(values[key])
            for key in ("regulators", "targets")
        }
        return cls(
            **{
                **values,
                **names,
                "first": Group(**values["first"]),
                "second": Group(**values["second"]),
                "forest": ForestSpec(**values["forest"]),
                "layout": LayoutSpec(**values["layout"]),
                "notes": tuple(values["notes"]),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonStatus(JobStatus):
    """The progress and the state of a comparison; ``status.json``.

    The steps are starting, waiting, reading, observing, permuting, judging, refining and writing.

    Parameters
    ----------
    forests_done, forests_total : int
        Forests that were grown, and those of all steps known so far. Each target has two for each
        permutation, one a group.
    forests_found : int
        Forests that were on disk already when this attempt began.
    permutation, n_permutations : int
        Which permutation is under way, and of how many.
    expected_end : float or None
        When the comparison should end, in seconds since the epoch; None while that is unknown.
    n_links : int
        Links that are compared; 0 before they are known.
    pending : str
        Of a task, the step of which other tasks have not grown their forests, so that nothing more
        can be done now; empty when nothing is missing.
    n_pending : int
        How many forests these are.
    """

    forests_done: int = 0
    forests_total: int = 0
    forests_found: int = 0
    permutation: int = 0
    n_permutations: int = 0
    expected_end: float | None = None
    n_links: int = 0
    pending: str = ""
    n_pending: int = 0

    @property
    def counted(self) -> tuple[int, int]:
        """Forests that were grown, and those of all steps known so far."""
        return self.forests_done, self.forests_total

    def seconds_left(self, now: float) -> float | None:
        """Return how long the comparison should still take; None while it is unknown.

        Parameters
        ----------
        now : float
            Seconds since the epoch.
        """
        if self.expected_end is None or self.expected_end <= now:
            return None
        return self.expected_end - now


def n_steps(spec: ComparisonSpec) -> int:
    """Return how many steps a comparison has, of which each needs all forests of the one before."""
    return len(STEPS) if spec.n_more else len(STEPS) - 1


def default_top(n_targets: int) -> int:
    """Return how many links of each network are compared by default.

    Examples
    --------
    >>> default_top(100), default_top(49_196)
    (500, 100000)
    """
    return min(LINKS_PER_TARGET * n_targets, MOST_LINKS)


def comparable_methods() -> tuple[str, ...]:
    """Return the methods whose networks can be compared by permuting labels.

    Examples
    --------
    >>> {"RF", "precision"} <= set(comparable_methods()), "time-series" in comparable_methods()
    (True, False)
    """
    return tuple(
        name
        for name in METHODS
        if not METHODS[name].members and not METHODS[name].needs and name != COMBINED
    )


def require_comparable(forest: ForestSpec) -> None:
    """Refuse a method whose networks cannot be compared by permuting labels.

    Raises
    ------
    OptionError
        When it combines networks, or learns from time series, whose samples cannot be exchanged.
    """
    if forest.method not in comparable_methods():
        raise OptionError(
            f"Networks of {METHODS[forest.method].phrase} cannot be compared by permuting labels.",
            "Choose another method, such as RF; without --test networks of any methods can be "
            "compared.",
        )
