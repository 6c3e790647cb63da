"""Files of a run, and the lock of its writer."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError, RunError
from genie3_engine.eta import Expectation
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.model import (
    METHODS,
    ConfidenceSpec,
    RunSpec,
    RunStatus,
    TargetSummary,
    method_notes,
)
from genie3_engine.store import parts
from genie3_engine.store.spec_diff import differences


class RunFolder(JobFolder[RunSpec, RunStatus]):
    """A run on disk.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds a run.
    """

    noun = "run"
    module = "genie3_engine.worker"
    spec_type = RunSpec
    status_type = RunStatus

    def differences(self, spec: RunSpec) -> list[str]:
        """Return what would change the result; threads, processes and names may differ."""
        return differences(self.spec, spec)

    def read_timings(self) -> dict[str, Any] | None:
        """Return where the time went, None before the run has recorded it.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        try:
            timings = self._read(filenames.TIMINGS)
        except FileNotFoundError:
            return None
        if not isinstance(timings, dict) or not isinstance(timings.get("seconds", {}), dict):
            raise self._damaged(filenames.TIMINGS)
        return timings

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
            return None  # a run needs no forecast

    def read_member_forecasts(self) -> dict[str, Any]:
        """Return the forecasts of the networks inside the run, by method, where there are any."""
        try:
            return dict(self._read(filenames.FORECAST)["members"])
        except (RunError, OSError, ValueError, LookupError, TypeError):
            return {}  # a run needs no forecast

    def write_forecast(self, forecast: Mapping[str, Any]) -> None:
        """Replace the forecast atomically; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.FORECAST, dict(forecast))

    @property
    def parts_folder(self) -> Path:
        """Links of finished targets, until they are ranked."""
        return self.path / filenames.PARTS

    @property
    def links_path(self) -> Path:
        """The ranked links, once they are there."""
        return self.path / filenames.LINKS

    @property
    def targets_path(self) -> Path:
        """One row per target; written last, so that its presence shows a complete result."""
        return self.path / filenames.TARGETS

    @property
    def has_result(self) -> bool:
        """True when the ranked links and the targets are in place."""
        return self.targets_path.is_file() and self.links_path.is_file()

    @property
    def evidence_path(self) -> Path:
        """The evidence for the ranked links, row by row, once it is there."""
        return self.path / filenames.EVIDENCE

    @property
    def replicates_folder(self) -> Path:
        """Parts of what is computed for the evidence, until it is there."""
        return self.path / filenames.REPLICATES

    @property
    def confidence(self) -> ConfidenceSpec | None:
        """The evidence that is asked for: with the run, or after it was done.

        Raises
        ------
        RunError
            When ``confidence.json`` is damaged.
        """
        try:
            return ConfidenceSpec(**self._read(filenames.CONFIDENCE))
        except FileNotFoundError:
            return self.spec.confidence
        except (TypeError, OptionError) as error:
            raise self._damaged(filenames.CONFIDENCE) from error

    def write_confidence(self, confidence: ConfidenceSpec) -> None:
        """Record the evidence asked for later; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.CONFIDENCE, confidence.to_dict())

    def finished_targets(self) -> dict[str, TargetSummary]:
        """Return the targets whose links are on disk, ranked or not.

        Raises
        ------
        RunError
            When a part belongs to another data set, or ``targets.parquet`` is damaged.
        """
        if self.has_result:
            return {row.target: row for row in parts.read_targets(self.targets_path)}
        return parts.finished_targets(self.parts_folder, self.spec.dataset)

    def notes(self) -> list[str]:
        """Return what to be careful about in the network, and in those inside the run.

        Empty before there is one.
        """
        if not self.has_result:
            return []
        method = self.spec.forest.method
        found = method_notes(method, parts.read_targets(self.targets_path))
        for name in METHODS[method].members:
            inside = RunFolder(self.path / filenames.MEMBERS / name)
            found += [f"{METHODS[name].label}: {note}" for note in inside.notes()]
        return found

    def remove_leftovers(self) -> None:
        """Remove what a killed worker left half-written; only the lock's holder may ask."""
        atomic_write.remove_leftovers(
            self.path, except_ending=".json", older_than_seconds=parts.STALE_SECONDS
        )
        layout = self.spec.layout
        parts.remove_leftover_parts(
            self.parts_folder, shard_index=layout.shard_index, n_shards=layout.n_shards
        )
        shutil.rmtree(self.path / filenames.SORTING, ignore_errors=True)
