"""The progress and the state of a run."""

from __future__ import annotations

from dataclasses import dataclass

from genie3_engine.jobs.status import JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus(JobStatus):
    """The progress and the state of a run; ``status.json``.

    The steps are starting, reading, preparing, compiling, computing and writing.

    Parameters
    ----------
    targets_done, targets_total : int
        Targets with links on disk, and targets of this run (of its shard).
    targets_found : int
        Targets that were on disk already when this attempt began.
    """

    targets_done: int = 0
    targets_total: int = 0
    targets_found: int = 0
