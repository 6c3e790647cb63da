"""The progress and the state of a run."""

from __future__ import annotations

from dataclasses import dataclass

from genie3_engine.jobs.status import JobStatus

REPLICATE_STEPS = ("nulls", "halves")  # that count replicate targets
COLLECTING = "collecting"  # of a job that is done elsewhere: its result is on its way here


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus(JobStatus):
    """The progress and the state of a run; ``status.json``.

    The steps are starting, reading, preparing, compiling, computing and writing; with evidence for
    the links, nulls and halves come before writing, and evidence after it.

    Parameters
    ----------
    targets_done, targets_total : int
        Targets with links on disk, and targets of this run (of its shard).
    targets_found : int
        Targets that were on disk already when this attempt began.
    targets_per_second : float or None
        How fast targets are computed; None before the first.
    expected_end : float or None
        When the run should end, in seconds since the epoch; None while that is unknown.
    replicates_done, replicates_total : int
        Replicate targets of the step under way, or the last one, that are on disk; see
        `ReplicatePlan`.
    """

    targets_done: int = 0
    targets_total: int = 0
    targets_found: int = 0
    targets_per_second: float | None = None
    expected_end: float | None = None
    replicates_done: int = 0
    replicates_total: int = 0

    @property
    def counted(self) -> tuple[int, int]:
        """What is done of what the present step counts, and all of it: targets, or replicates."""
        if self.step in REPLICATE_STEPS:
            return self.replicates_done, self.replicates_total
        return self.targets_done, self.targets_total

    def seconds_left(self, now: float) -> float | None:
        """Return how long the run should still take; None while it is unknown.

        Parameters
        ----------
        now : float
            Seconds since the epoch.
        """
        if self.expected_end is None or self.expected_end <= now:
            return None
        return self.expected_end - now
