"""The example network that comes with the program, so that it can be shown immediately.

The network comes with the program, computed by the program. It is used only where this machine
would compute the very same one; elsewhere it is computed.
"""

from __future__ import annotations

import json
import shutil
import time
from importlib import resources
from pathlib import Path

from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.lifecycle import new_id
from genie3_engine.jobs.user_directory import runs_folder
from genie3_engine.model import ForestSpec, JobState, RunSpec, RunStatus
from genie3_engine.people.log import Action, record
from genie3_engine.store.run_folder import RunFolder

FOLDER = "sample_run"
SAMPLE_FOREST = ForestSpec(n_trees=300)
# No timings: they would be another machine's. The last one says that the result is whole.
_RESULTS = (filenames.LINKS, filenames.LOG, filenames.TARGETS)


def shipped_run(spec: RunSpec, *, home: Path | None = None) -> Path | None:
    """Return a new run with the network that comes with the program, done already.

    Parameters
    ----------
    spec : RunSpec
        The run as it would be started.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path or None
        The run's folder; None when the program comes with no network of this very run.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    shipped = resources.files("genie3_engine.runs") / FOLDER
    try:
        key = json.loads((shipped / "key.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if key["result_key"] != spec.result_key:
        return None
    now = time.time()
    n_targets = int(key["n_targets"])
    path = runs_folder(home) / new_id()
    status = RunStatus(JobState.QUEUED, targets_total=n_targets, created=now)
    run = RunFolder.create(path, spec, status)
    try:
        with resources.as_file(shipped) as folder, run.lock():
            for name in _RESULTS:
                shutil.copyfile(folder / name, path / name)
            run.write_status(
                RunStatus(
                    JobState.DONE,
                    targets_done=n_targets,
                    targets_total=n_targets,
                    created=now,
                    ended=now,
                )
            )
    except (OSError, RunError):
        shutil.rmtree(path, ignore_errors=True)
        return None
    record(Action.STORED, f"run {path.name}", text=spec.name)
    return path
