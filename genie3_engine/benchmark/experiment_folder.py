"""Files of an experiment, and the lock of its writer."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus, Slot
from genie3_engine.benchmark.measurements import Measurement
from genie3_engine.errors import OptionError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.user_directory import home

ROWS = "rows"
RUNS = "runs"
_LOCAL_GRACE_SECONDS = 10.0
_CLOUD_GRACE_SECONDS = 600.0  # every run must be stopped, each by a call to the service


def experiments_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the experiments that were given no place of their own."""
    return (home_folder or home()) / "experiments"


class ExperimentFolder(JobFolder[ExperimentSpec, ExperimentStatus]):
    """An experiment on disk.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds an experiment.
    """

    noun = "experiment"
    spec_file = "experiment.json"
    module = "genie3_engine.benchmark"
    spec_type = ExperimentSpec
    status_type = ExperimentStatus

    def differences(self, spec: ExperimentSpec) -> list[str]:
        """Return what makes another experiment; name and date may differ."""
        return super().differences(replace(spec, created=self.spec.created, name=self.spec.name))

    @property
    def grace_seconds(self) -> float:
        """Seconds that the experiment has to stop by itself."""
        is_here = self.spec.launcher_info.is_this_machine
        return _LOCAL_GRACE_SECONDS if is_here else _CLOUD_GRACE_SECONDS

    def lost(self, status: ExperimentStatus) -> ExperimentStatus:
        """Return the status of an experiment whose process has vanished."""
        return replace(status, step="", current="")

    def run_path(self, slot: Slot) -> Path:
        """Return the folder of one of its runs."""
        return self.path / RUNS / slot.key

    def run_paths(self) -> list[Path]:
        """Return the folders of the runs that were begun."""
        return sorted(
            path for path in stored_paths(self.path / RUNS, "[!.]*") if os.path.isdir(path)
        )

    def write_row(self, key: str, measurement: Measurement) -> None:
        """Store what was measured of the run of a key; raises `StorageError`."""
        path = self._row_path(key)
        with atomic_write.storage_errors(path):
            make_folder(path.parent)
        atomic_write.write_json(path, measurement.to_dict())

    def has_row(self, slot: Slot) -> bool:
        """Return whether a run was measured."""
        return os.path.isfile(self._row_path(slot.key))

    def rows(self) -> tuple[Measurement, ...]:
        """Return what was measured so far, in the order of the grid; damaged rows are left out."""
        measurements = []
        for slot in sorted(self.spec.schedule(), key=lambda slot: slot.key):
            try:
                values = atomic_write.read_json(self._row_path(slot.key))
                measurements.append(Measurement.from_dict(values))
            except (OSError, ValueError, KeyError, TypeError, OptionError):
                continue
        return tuple(measurements)

    def _row_path(self, key: str) -> Path:
        return self.path / ROWS / f"{key}.json"
