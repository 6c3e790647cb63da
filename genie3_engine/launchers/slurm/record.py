"""What the launcher remembers of a run, in the run's folder; never a secret."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import OptionError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.rows import Ending

if TYPE_CHECKING:
    from genie3_engine.store.run_folder import RunFolder

NAME = "slurm"  # of the launcher


@dataclass(frozen=True, slots=True)
class Submission:
    """The jobs of a run that were submitted together.

    Parameters
    ----------
    array_job, merge_job : str
        Numbers of the job array that computes, and of the job that waits for it and merges; empty
        until Slurm has answered.
    n_tasks : int
        Tasks of the array.
    submitted_at : float
        In seconds since the epoch.
    name : str
        The array's name, by which it is found when Slurm's answer was lost.
    cluster : str
        The cluster whose jobs they are; empty where that is unknown.
    user : int or None
        Number of the user whose jobs they are; None where that is unknown.
    """

    array_job: str
    merge_job: str
    n_tasks: int
    submitted_at: float
    name: str = ""
    cluster: str = ""
    user: int | None = None

    @property
    def jobs(self) -> tuple[str, ...]:
        """The numbers that are known."""
        return tuple(job for job in (self.array_job, self.merge_job) if job)

    @property
    def merge_name(self) -> str:
        """The name of the job that merges."""
        return f"{self.name}-merge"

    def output(self, run: Path, task: int | None) -> Path:
        """Return the file that Slurm writes the output of a job to.

        Parameters
        ----------
        run : Path
            The run's folder.
        task : int or None
            Index in the array; None for the job that merges.
        """
        job = self.merge_job if task is None else f"{self.array_job}_{task}"
        return run / filenames.TASKS / f"slurm-{job}.txt"


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


def save(folder: RunFolder, record: SlurmRecord) -> None:
    """Write what is remembered of a run; raises `StorageError` when the disk refuses."""
    used = None if record.settled is None else record.settled.to_dict(is_whole=True)
    options = record.options.to_dict(is_whole=True)
    values = {**asdict(record), "options": options, "settled": used}
    atomic_write.write_json(folder.path / filenames.SUBMISSION, {"launcher": NAME, **values})


def load(folder: RunFolder) -> SlurmRecord | None:
    """Return what is remembered of a run; None when it was never submitted to Slurm."""
    try:
        values = atomic_write.read_json(folder.path / filenames.SUBMISSION)
        if values.pop("launcher") != NAME:
            return None
        values["options"] = SlurmOptions.from_dict(values["options"])
        if values["settled"] is not None:
            values["settled"] = SlurmOptions.from_dict(values["settled"])
        values["submissions"] = [Submission(**each) for each in values["submissions"]]
        values["endings"] = [Ending(**each) for each in values["endings"]]
        return SlurmRecord(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OptionError):
        return None
