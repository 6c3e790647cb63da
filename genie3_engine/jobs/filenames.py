"""Names of the files of jobs and of the home."""

from __future__ import annotations

import re
from dataclasses import dataclass

SPEC = "spec.json"
STATUS = "status.json"
PARTS = "parts"
LINKS = "links.parquet"
TARGETS = "targets.parquet"
REPLICATES = "confidence"  # parts of what is computed for the evidence
CONFIDENCE = "confidence.json"  # there, the evidence asked for after the run was done
EVIDENCE = "evidence.parquet"
PARTIAL = "partial-links.parquet"  # ranked links of the targets that are finished so far
TIMINGS = "timings.json"
FORECAST = "forecast.json"
LOG = "log.txt"
LOCK = "lock"
LOCK_OWNER = "lock-owner.json"  # names the process at work where there are no locks
REQUEUES = "requeues.json"  # how often a task has begun again at its time limit
STOP = "stop"  # there from a request to stop until the job has ended
SUBMISSION = "launcher.json"  # where a job was handed to
LABELS = "labels.json"
VIEWS = "views.json"  # saved views of a run's network
DEPOSIT = "deposit.json"  # licence and authors of an archive of a run
MEMBERS = "members"  # runs whose networks a run combines, by method
TASKS = "tasks"  # a folder for each task of a run that several processes share
SORTING = ".sorting"  # DuckDB's overflow while links are ranked

PEOPLE = "people"  # a home for each person of a server
GROUP = "group"  # the home of what they share
DATA = "data"
RUNS = "runs"
VALUES = "values.npy"
SPARSE_VALUES = "values.genes"  # in its place, where the matrix is large and mostly zeros
DATASET = "dataset.json"
ANNOTATIONS = "annotations.json"  # what groups the samples of a data set
GENE_TABLE = "genes.json"  # symbols and descriptions of the genes of a data set
UPLOADS = "uploads"
UPLOAD = "upload.json"
GENE_SETS = "gene-sets.json"  # of an upload that is kept as gene sets
FILES = "files"

ASIDE = ".aside"  # ends the name of a file that is not whole yet

_PART = re.compile(r"part-(\d{4,})-of-(\d{4,})-(\d{6,})\.parquet")
_TASK = re.compile(r"(\d{4,})-of-(\d{4,})")


@dataclass(frozen=True, slots=True, order=True)
class PartName:
    """The content of a part file's name.

    Parameters
    ----------
    shard_index, n_shards : int
        The shard that wrote it, 0-based, so that parts of several machines can share a folder.
    batch : int
        Counts the parts of one shard, from 1.
    """

    shard_index: int
    n_shards: int
    batch: int

    def __str__(self) -> str:
        """Return the file's name."""
        return f"{self.prefix(self.shard_index, self.n_shards)}{self.batch:06d}.parquet"

    @classmethod
    def prefix(cls, shard_index: int, n_shards: int) -> str:
        """Return what the names of all parts of a shard start with."""
        return f"part-{shard_index:04d}-of-{n_shards:04d}-"

    @classmethod
    def parse(cls, name: str) -> PartName | None:
        """Parse the name of a part; None for other files."""
        match = _PART.fullmatch(name)
        return None if match is None else cls(*(int(digits) for digits in match.groups()))


@dataclass(frozen=True, slots=True, order=True)
class TaskName:
    """The content of the name of a task's folder.

    Parameters
    ----------
    index, n_tasks : int
        The task, 0-based, and how many share the run.

    Examples
    --------
    >>> str(TaskName(2, 64))
    '0003-of-0064'
    """

    index: int
    n_tasks: int

    def __str__(self) -> str:
        """Return the folder's name, which counts from 1."""
        return f"{self.index + 1:04d}-of-{self.n_tasks:04d}"

    @classmethod
    def parse(cls, name: str) -> TaskName | None:
        """Parse the name of a task's folder; None for others."""
        match = _TASK.fullmatch(name)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            return None
        return cls(int(match[1]) - 1, int(match[2]))
