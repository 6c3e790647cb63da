"""What the launcher remembers of a run, in the run's folder; never a secret."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import OptionError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.rows import Ending

if TYPE_CHECKING:
    from genie3_engine.launchers.shared_jobs import SharedJob

NAME = "slurm"  # of the launcher


@dataclass(frozen=True, slots=True)
class Submission:
    """The jobs of a run that were submitted together.

    Parameters
    ----------
    array_job, merge_job : str
        Numbers of the job array that computes, and of the job that waits for all arrays and merges;
        empty until Slurm has answered.
    n_tasks : int
        Tasks of each array.
    submitted_at : float
        In seconds since the epoch.
    name : str
        The first array's name, by which it is found when Slurm's answer was lost.
    cluster : str
        The cluster whose jobs they are; empty where that is unknown.
    user : int or None
        Number of the user whose jobs they are; None where that is unknown.
    n_steps : int
        Arrays, of which each waits for the one before.
    later_jobs : tuple of str
        Numbers of the arrays after the first, as far as Slurm has answered.
    core_seconds : float
        How long its tasks had their cores, all cores together, once their reports are deleted.
    """

    array_job: str
    merge_job: str
    n_tasks: int
    submitted_at: float
    name: str = ""
    cluster: str = ""
    user: int | None = None
    n_steps: int = 1
    later_jobs: tuple[str, ...] = ()
    core_seconds: float = 0.0

    @property
    def arrays(self) -> tuple[str, ...]:
        """The numbers of the arrays that are known, in order."""
        return tuple(job for job in (self.array_job, *self.later_jobs) if job)

    @property
    def jobs(self) -> tuple[str, ...]:
        """The numbers that are known."""
        return (*self.arrays, self.merge_job) if self.merge_job else self.arrays

    @property
    def is_complete(self) -> bool:
        """True once all numbers are known."""
        return len(self.arrays) == self.n_steps and bool(self.merge_job)

    @property
    def merge_name(self) -> str:
        """The name of the job that merges."""
        return f"{self.name}-merge"

    @property
    def array_names(self) -> tuple[str, ...]:
        """The names of all arrays, in order."""
        return (self.name, *(f"{self.name}-step{step + 1}" for step in range(1, self.n_steps)))

    def with_arrays(self, jobs: Sequence[str]) -> Submission:
        """Return the same with the numbers of the arrays, as far as they are known."""
        first, *later = jobs or ("",)
        return replace(self, array_job=first, later_jobs=tuple(later))

    def steps(self) -> Iterator[Submission]:
        """Yield each array as a submission of its own; the merge belongs to the last one."""
        for job in self.arrays:
            is_last = job == self.arrays[-1]
            yield replace(
                self,
                array_job=job,
                later_jobs=(),
                n_steps=1,
                merge_job=self.merge_job if is_last else "",
            )

    def output(self, run: Path, task: int | None) -> Path:
        """Return the file that Slurm writes the output of a job to.

        Parameters
        ----------
        run : Path
            The run's folder.
        task : int or None
            Index in the arrays, of which the last that has begun counts; None for the job that
            merges.
        """
        jobs = [self.merge_job] if task is None else [f"{job}_{task}" for job in self.arrays]
        paths = [run / filenames.TASKS / f"slurm-{job}.txt" for job in jobs or [f"_{task}"]]
        begun = (path for path in reversed(paths[1:]) if os.path.exists(path))
        return next(begun, paths[0])


@dataclass(slots=True)
class SlurmRecord:
    """What is remembered of a run.

    Parameters
    ----------
    options : SlurmOptions
        What was chosen.
    settled : SlurmOptions or None
        The options of the last submission, with what the forecast decided.
    key : str
        Names the run's jobs.
    submissions : list of Submission
        The last at the end.
    is_cancelled : bool
        Whether the last one was asked to stop.
    endings : list of Ending
        How the tasks, and the merge, of the last submission ended; empty while it is at work.
    logs_read : dict
        From the name of a task's folder to where reading its log goes on.
    """

    options: SlurmOptions
    settled: SlurmOptions | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(5))
    submissions: list[Submission] = field(default_factory=list)
    is_cancelled: bool = False
    endings: list[Ending] = field(default_factory=list)
    logs_read: dict[str, int] = field(default_factory=dict)

    @property
    def in_use(self) -> SlurmOptions:
        """The options of the last submission; those chosen before the first."""
        return self.settled or self.options

    @property
    def submission(self) -> Submission | None:
        """The last one; None before the first."""
        return self.submissions[-1] if self.submissions else None

    def next_name(self) -> str:
        """Return the name of the next array job; no other run or submission has it."""
        return f"genie3-{self.key}-{len(self.submissions) + 1}"

    def amend(self, **changes: Any) -> Submission:  # noqa: ANN401
        """Change fields of the last submission, and return it."""
        self.submissions[-1] = replace(self.submissions[-1], **changes)
        return self.submissions[-1]


def save(folder: SharedJob, record: SlurmRecord) -> None:
    """Write what is remembered of a run; raises `StorageError` when the disk refuses."""
    used = None if record.settled is None else record.settled.to_dict(is_whole=True)
    options = record.options.to_dict(is_whole=True)
    values = {**asdict(record), "options": options, "settled": used}
    atomic_write.write_json(folder.path / filenames.SUBMISSION, {"launcher": NAME, **values})


def load(folder: SharedJob) -> SlurmRecord | None:
    """Return what is remembered of a run; None when it was never submitted to Slurm."""
    try:
        values = atomic_write.read_json(folder.path / filenames.SUBMISSION)
        if values.pop("launcher") != NAME:
            return None
        values["options"] = SlurmOptions.from_dict(values["options"])
        if values["settled"] is not None:
            values["settled"] = SlurmOptions.from_dict(values["settled"])
        values["submissions"] = [
            Submission(**{**each, "later_jobs": tuple(each.get("later_jobs", ()))})
            for each in values["submissions"]
        ]
        values["endings"] = [Ending(**each) for each in values["endings"]]
        return SlurmRecord(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OptionError):
        return None
