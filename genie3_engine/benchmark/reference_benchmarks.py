"""Published measurements of the original project, which can be repeated here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TYPES_COMPARED = (3, 4)  # experiments that compare instance types
_FORTY_CPUS = "ml.m4.10xlarge"
_FILE = Path(__file__).with_name("reference_benchmarks.json")


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of the original's tables, all with scikit-learn.

    Parameters
    ----------
    experiment : int
        Its number, 1 to 4.
    instance : str
        The machine.
    cpus : int
        Its virtual CPUs.
    memory_gb : float or None
        Its memory.
    processes : int
        Python processes.
    jobs : str
        scikit-learn's jobs, a number or All.
    genes : int
        Targets computed.
    total_seconds, elapsed_seconds : float or None
        With start-up, and computing; None where it is not given.
    speedup : float or None
        As published.
    usd_hour : float or None
        Price of the machine.
    note : str
        Such as extrapolated, or a memory error at the end.
    """

    experiment: int
    instance: str
    cpus: int
    memory_gb: float | None
    processes: int
    jobs: str
    genes: int
    total_seconds: float | None
    elapsed_seconds: float | None
    speedup: float | None
    usd_hour: float | None
    note: str

    @property
    def workers(self) -> int:
        """Processes times jobs; All takes every CPU."""
        return self.processes * (self.cpus if self.jobs == "All" else int(self.jobs))

    @property
    def instance_type(self) -> str:
        """Its type in the catalogue; the one with 40 virtual CPUs has another name there."""
        return _FORTY_CPUS if self.cpus == 40 else self.instance

    @property
    def dollars(self) -> float | None:
        """What its total time costs."""
        if self.total_seconds is None or self.usd_hour is None:
            return None
        return self.total_seconds / 3600 * self.usd_hour


@dataclass(frozen=True, slots=True)
class Published:
    """The original's tables, and their source."""

    source: str
    data: str
    whole_set_hours: tuple[float, float]
    rows: tuple[PublishedRow, ...]

    def experiment(self, number: int) -> tuple[PublishedRow, ...]:
        """Return the rows of one experiment."""
        return tuple(row for row in self.rows if row.experiment == number)


@cache
def published() -> Published:
    """Return what the original project published."""
    values: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    hours = values["whole_set_hours"]
    return Published(
        source=values["source"],
        data=values["data"],
        whole_set_hours=(hours["serial"], hours["on_16_instances"]),
        rows=tuple(
            PublishedRow(**dict(zip(values["columns"], row, strict=True))) for row in values["rows"]
        ),
    )
