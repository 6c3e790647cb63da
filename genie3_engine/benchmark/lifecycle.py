"""Life cycle of an experiment: create, start, stop, resume, delete."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from genie3_engine import runs
from genie3_engine.benchmark import local_measurement
from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus
from genie3_engine.benchmark.experiment_folder import RUNS, ExperimentFolder, experiments_folder
from genie3_engine.errors import Genie3Error, RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.process import Owner, terminate
from genie3_engine.model import ErrorRecord, RunState, RunStatus

_START_SECONDS = 30.0
_GRACE_SECONDS = 5.0
_CLOUD_GRACE_SECONDS = 600.0  # every job must be stopped, each by a call to the service
_START_WAIT_SECONDS = 5.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ExperimentSummary:
    """An experiment in a list.

    Parameters
    ----------
    path : Path
        Its folder.
    id : str
        The folder's name.
    spec : ExperimentSpec
        What it measures.
    status : ExperimentStatus
        Where it stands.
    """

    path: Path
    id: str
    spec: ExperimentSpec
    status: ExperimentStatus


def create(
    spec: ExperimentSpec,
    folder: Path | None = None,
    *,
    resume: bool = False,
    home: Path | None = None,
) -> Path:
    """Make an experiment's folder, for nobody to conduct yet.

    Parameters
    ----------
    spec : ExperimentSpec
        What is measured.
    folder : Path, optional
        A folder that does not exist or is empty; a new one in the home by default.
    resume : bool
        Whether the folder may hold that very experiment already.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    RunError
        When the folder holds something else, or this experiment and ``resume`` is not said.
    StorageError
        When the disk is full or may not be written.
    """
    path = (folder or experiments_folder(home) / runs.new_id()).absolute()
    if resume and (path / "experiment.json").is_file():
        _require_same(ExperimentFolder.open(path).spec, spec, path)
        return path
    now = datetime.now(UTC).isoformat(timespec="seconds")
    status = ExperimentStatus(
        RunState.QUEUED, runs_total=len(spec.schedule()), created=time.time(), dataset=spec.dataset
    )
    return ExperimentFolder.create(path, replace(spec, created=now), status).path


def start(spec: ExperimentSpec, *, home: Path | None = None) -> Path:
    """Create an experiment and have it conducted in the background; see `create`."""
    path = create(spec, home=home)
    _conduct_in_background(path, home)
    return path


def resume(folder: Path, *, home: Path | None = None) -> None:
    """Have what is missing of an experiment measured in the background.

    Raises
    ------
    RunError
        When it is live or done.
    """
    now = status(folder, home=home)
    if not now.state.is_resumable:
        raise RunError(
            f"The experiment in {folder} is {now.state}.", "Start a new one, or wait until it ends."
        )
    experiment = ExperimentFolder.open(folder)
    experiment.write_status(
        replace(now, state=RunState.QUEUED, pid=None, created=time.time(), error=None, ended=None)
    )
    _conduct_in_background(folder, home)


def status(folder: Path, *, home: Path | None = None) -> ExperimentStatus:
    """Return where an experiment stands, after a look at its process.

    Parameters
    ----------
    folder : Path
        The experiment's folder.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    ExperimentStatus
        ``lost`` when its process has vanished.

    Raises
    ------
    RunError
        When there is no experiment in the folder.
    """
    experiment = ExperimentFolder.open(folder)
    now = experiment.read_status()
    if not now.state.is_live or experiment.is_locked or _owner(now).is_alive:
        return now
    if now.pid is None and time.time() - (now.created or 0.0) < _START_SECONDS:
        return now
    if now.pid is not None and not _owner(now).is_here:
        return now
    now = experiment.read_status()  # it may have ended since
    return _bury(experiment, now) if now.state.is_live else now


def current_run(folder: Path, of: ExperimentStatus) -> RunStatus | None:
    """Return where the run stands that is being measured; None when there is none."""
    if not of.current:
        return None
    try:
        return runs.status(folder / RUNS / of.current)
    except Genie3Error:
        return None


def cancel(folder: Path, *, home: Path | None = None) -> None:
    """Ask an experiment to stop and return; what was measured stays, and it can be resumed.

    Parameters
    ----------
    folder : Path
        The experiment's folder.
    home : Path, optional
        The home; the user's by default.
    """
    now = status(folder, home=home)
    deadline = time.monotonic() + _START_WAIT_SECONDS
    while now.state.is_live and now.pid is None and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)  # its process is about to write its number
        now = status(folder, home=home)
    if now.state.is_live:
        grace = _CLOUD_GRACE_SECONDS if _uses_cloud(folder) else _GRACE_SECONDS
        threading.Thread(
            target=_end, args=(folder, _owner(now), grace, home), daemon=True, name="end-experiment"
        ).start()


def _end(folder: Path, owner: Owner, grace_seconds: float, home: Path | None) -> None:
    """End an experiment's process, and write down how it ended."""
    if terminate(owner, grace_seconds=grace_seconds):
        with suppress(RunError):  # it was deleted meanwhile
            status(folder, home=home)


def delete(folder: Path, *, home: Path | None = None) -> None:
    """Delete an experiment that is not live, and its runs.

    Raises
    ------
    RunError
        When it is live, or when one of its runs may be: those are asked to stop.
    """
    if status(folder, home=home).state.is_live:
        raise RunError(f"The experiment in {folder} is at work.", "Stop it first.")
    _require_ended_runs(folder, home)
    with atomic_write.storage_errors(folder):
        doomed = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.deleted")
        os.rename(folder, doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def history(home: Path | None = None) -> list[ExperimentSummary]:
    """Return the experiments of a home, newest first; damaged folders are left out."""
    found = []
    for path in experiments_folder(home).glob("[!.]*"):
        try:
            spec = ExperimentFolder.open(path).spec
            found.append(ExperimentSummary(path, path.name, spec, status(path, home=home)))
        except RunError:
            continue
    return sorted(found, key=lambda each: (each.spec.created, each.id), reverse=True)


def _require_same(before: ExperimentSpec, now: ExperimentSpec, path: Path) -> None:
    same = replace(now, created=before.created, name=before.name)
    if same != before:
        different = [
            field for field in before.to_dict() if before.to_dict()[field] != same.to_dict()[field]
        ]
        raise RunError(
            f"{path} holds another experiment ({', '.join(different)} differ).",
            "Give another --out.",
        )


def _conduct_in_background(folder: Path, home: Path | None) -> None:
    experiment = ExperimentFolder.open(folder)
    with atomic_write.storage_errors(experiment.log_path), experiment.log_path.open("ab") as log:
        conductor = subprocess.Popen(
            [sys.executable, "-P", "-m", "genie3_engine.benchmark", str(folder.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env=local_measurement.environment(home),
        )
    threading.Thread(target=conductor.wait, daemon=True, name=f"wait-{conductor.pid}").start()


def _uses_cloud(folder: Path) -> bool:
    return bool(ExperimentFolder.open(folder).spec.launcher_options)


def _require_ended_runs(folder: Path, home: Path | None) -> None:
    """Refuse while a run may be at work elsewhere, and ask it to stop."""
    at_work = []
    for run in sorted((folder / RUNS).iterdir()):
        if not (run / filenames.SPEC).is_file():
            continue
        if runs.status(run, home=home).state.may_change:
            at_work.append(run)
            with suppress(Genie3Error):
                runs.cancel(run, home=home)
    if at_work:
        raise RunError(
            f"{len(at_work)} of the runs of the experiment in {folder} may still be at work.",
            "They were asked to stop: delete the experiment when they have stopped.",
        )


def _owner(of: ExperimentStatus) -> Owner:
    return Owner(of.pid, of.pid_started, of.boot_id, of.host)


def _bury(experiment: ExperimentFolder, now: ExperimentStatus) -> ExperimentStatus:
    """Write down that an experiment's process is gone."""
    lost = replace(
        now,
        state=RunState.LOST,
        step="",
        current="",
        ended=now.heartbeat,
        error=ErrorRecord(
            "lost",
            "The experiment's process is gone: it was killed, or the machine was restarted.",
            "Resume it to measure what is missing.",
        ),
    )
    with suppress(Genie3Error), experiment.lock():
        if experiment.read_status() != now:  # it was resumed meanwhile
            return experiment.read_status()
        experiment.write_status(lost)
    return lost
