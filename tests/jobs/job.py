"""The smallest kind of job."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.status import JobStatus


@dataclass(frozen=True)
class NumberSpec:
    number: int

    def to_dict(self):
        return asdict(self)

    @classmethod
    def from_dict(cls, values):
        return cls(**values)


class NumberFolder(JobFolder):
    noun = "number"
    spec_file = "number.json"
    spec_type = NumberSpec
    status_type = JobStatus
