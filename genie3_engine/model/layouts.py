"""How do the targets of a run share the cores?"""

from __future__ import annotations

from dataclasses import dataclass

from genie3_engine.errors import OptionError


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """How the targets share the cores; never decides the result.

    Parameters
    ----------
    n_threads : int or None
        Threads in each process for the compiled engine; None takes the machine's cores.
    n_processes : int
        Python processes over targets.
    n_jobs : int
        scikit-learn's own jobs in each process.
    shard_index, n_shards : int
        This run computes every ``n_shards``-th target, from ``shard_index`` (0-based).

    Raises
    ------
    OptionError
        When a value is out of its range.
    """

    n_threads: int | None = None
    n_processes: int = 1
    n_jobs: int = 1
    shard_index: int = 0
    n_shards: int = 1

    def __post_init__(self) -> None:
        """Refuse counts below one."""
        for name in ("n_threads", "n_processes", "n_jobs", "n_shards"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"{name} is {value}.", "Give a whole number from 1.")
        if not 0 <= self.shard_index < self.n_shards:
            raise OptionError(
                f"Shard {self.shard_index} of {self.n_shards} does not exist.",
                f"Give an index from 0 to {self.n_shards - 1}.",
            )
