"""The layout of a run: how its targets share cores, processes and shards."""

from __future__ import annotations

from dataclasses import dataclass

from genie3_engine.errors import OptionError
from genie3_engine.model.settings import check_settings, setting


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """How the targets share the cores; never decides the result.

    Parameters
    ----------
    n_threads : int or None
        Threads of each process, for an engine without jobs of its own; None takes all cores.
    n_processes : int
        Python processes that share the targets.
    n_jobs : int
        The engine's own jobs in each process, such as scikit-learn's.
    shard_index, n_shards : int
        This run computes every ``n_shards``-th target, from ``shard_index`` (0-based).

    Raises
    ------
    OptionError
        When a value is not allowed.
    """

    n_threads: int | None = setting(
        "Threads per process",
        "Targets computed at the same time in each process; one process with all cores is usually "
        "fastest.",
        None,
        kind="integer",
        minimum=1,
        maximum=100_000,
        unset="all cores",
        flag="--threads",
    )
    n_processes: int = setting(
        "Processes",
        "Python processes that share the targets; they never change the result.",
        1,
        kind="integer",
        minimum=1,
        maximum=100_000,
        flag="--processes",
    )
    n_jobs: int = setting(
        "Jobs per process",
        "scikit-learn's n_jobs in each process: they share the trees of a forest.",
        1,
        kind="integer",
        minimum=1,
        maximum=100_000,
    )
    shard_index: int = 0
    n_shards: int = 1

    def n_cores(self, usable: int) -> int:
        """Return the cores that one machine keeps busy, of so many that it may use."""
        return self.n_processes * self.n_jobs * self._n_threads(usable)

    def _n_threads(self, usable: int) -> int:
        return self.n_threads or max(1, usable // (self.n_processes * self.n_jobs))

    def __post_init__(self) -> None:
        """Require allowed values, and a shard that exists."""
        check_settings(self)
        if self.n_shards < 1:
            raise OptionError(
                f"The number of shards is {self.n_shards}.", "Give a whole number from 1."
            )
        if not 0 <= self.shard_index < self.n_shards:
            raise OptionError(
                f"Shard {self.shard_index} of {self.n_shards} does not exist.",
                f"Give an index from 0 to {self.n_shards - 1}.",
            )
