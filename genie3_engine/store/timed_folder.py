"""The forecast and the timings of a run, or of another job that computes targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genie3_engine.errors import RunError
from genie3_engine.eta import Expectation
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.folder import JobFolder, SpecT
from genie3_engine.jobs.record_kinds import require_kinds
from genie3_engine.model import RunStatus


@dataclass(frozen=True)
class _Timings:
    """What timings hold, of which each may be missing."""

    seconds: Mapping[str, float]
    targets_computed: int
    targets_total: int
    target_seconds: float
    peak_memory_bytes: float
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    layout: Mapping[str, Any]
    library_threads: Mapping[str, int]
    billing: Mapping[str, Any]
    n_links: int


class TimedFolder(JobFolder[SpecT, RunStatus]):
    """A job whose status is a `RunStatus`, with its forecast and its timings."""

    status_type = RunStatus

    def read_timings(self) -> dict[str, Any] | None:
        """Return where the time went, None before the job has recorded it.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        try:
            timings = self._read(filenames.TIMINGS)
        except FileNotFoundError:
            return None
        try:
            require_kinds(_Timings, timings)
        except TypeError as error:
            raise self._damaged(filenames.TIMINGS) from error
        return dict(timings)

    def write_timings(self, timings: Mapping[str, Any]) -> None:
        """Replace the timings atomically; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.TIMINGS, dict(timings))

    def read_expectation(self) -> Expectation | None:
        """Return the forecast for this machine; None when there is none, or it cannot be read.

        Of a run that combines networks inside it, it is that of the combination alone.
        """
        try:
            values = self._read(filenames.FORECAST)
            if "instance_type" in values:
                return None
            values = values.get("combination", values)
            steps = {name: float(seconds) for name, seconds in values["step_seconds"].items()}
            expectation = Expectation(steps, int(values["n_targets"]))
            is_known = expectation.n_targets > 0 and expectation.seconds_per_target > 0
            return expectation if is_known else None
        except (RunError, OSError, ValueError, LookupError, TypeError, AttributeError):
            return None  # a job needs no forecast

    def read_member_forecasts(self) -> dict[str, Any]:
        """Return the forecasts of the networks inside a run, by method, where there are any."""
        try:
            return dict(self._read(filenames.FORECAST)["members"])
        except (RunError, OSError, ValueError, LookupError, TypeError):
            return {}  # a job needs no forecast

    def write_forecast(self, forecast: Mapping[str, Any]) -> None:
        """Replace the forecast atomically; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.FORECAST, dict(forecast))
