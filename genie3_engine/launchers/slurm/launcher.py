"""The launcher of runs on a Slurm cluster."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames, lifecycle
from genie3_engine.jobs.moments import is_recent
from genie3_engine.jobs.task_folder import clear_tasks, make_room_for_tasks
from genie3_engine.launchers import background
from genie3_engine.launchers.base import (
    NOT_DONE,
    Check,
    Cleaned,
    Handle,
    JobView,
    Launcher,
    LaunchPlan,
    LogChunk,
)
from genie3_engine.launchers.exclusive import exclusive
from genie3_engine.launchers.registry import saved_options
from genie3_engine.launchers.shared_jobs import SharedJob, open_shared, require_record
from genie3_engine.launchers.slurm import reasons
from genie3_engine.launchers.slurm import submission as jobs
from genie3_engine.launchers.slurm.asking import cluster_name, require_controller
from genie3_engine.launchers.slurm.checks import checks
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.plan import plan, settled
from genie3_engine.launchers.slurm.queue import QUEUE, Answer, Queue
from genie3_engine.launchers.slurm.record import NAME, SlurmRecord, Submission, load, save
from genie3_engine.launchers.slurm.script import require_writable_name
from genie3_engine.launchers.slurm.states import jobs_of
from genie3_engine.launchers.slurm.status import is_due, look_after, seen
from genie3_engine.launchers.slurm.view import core_seconds, view_of
from genie3_engine.launchers.tasks.hosts import read_hosts
from genie3_engine.launchers.tasks.logs import gather_logs
from genie3_engine.model import ErrorRecord, JobState, RunSpec, RunStatus

START_SECONDS = 60.0
_UNSUBMITTED = "The run was never submitted."
_RESUME = "Resume the run to submit it again."
_looked_after: dict[Path, float] = {}  # from a run to the answer of the queue that was acted on


class SlurmLauncher(Launcher):
    """Runs each run as one job array on the run's folder, and a job that merges its parts.

    Parameters
    ----------
    home_folder : Path, optional
        The home whose data sets the runs use; the user's by default. All nodes must see it.
    queue : Queue
        Answers for all runs of this process.

    Notes
    -----
    Each task writes its progress in its own folder; the merge writes the result and that the run is
    done. The launcher writes how a run ended otherwise.
    """

    name = NAME

    def __init__(self, home_folder: Path | None = None, *, queue: Queue = QUEUE) -> None:
        self._home = home_folder
        self._queue = queue

    def submit(self, run: Path) -> Handle:
        """Submit the tasks and the merge; see `Launcher.submit`."""
        folder = open_shared(run)
        lifecycle.require_startable(folder, status=self._status_now(folder))
        folder.require_shareable()
        require_writable_name(folder.path)
        require_controller()
        with exclusive(folder):
            before, now = folder.read_status(), time.time()
            lifecycle.require_startable(folder, status=before)
            record = load(folder)
            require_record(folder, record, launcher=self.name)
            record = record or SlurmRecord(self._options_of(folder))
            if (last := record.submission) is not None:
                _note_core_seconds(folder, record, last)
            record.settled = settled(record.options, folder, home=self._home)
            new = Submission(
                array_job="",
                merge_job="",
                n_tasks=record.settled.tasks or 1,
                submitted_at=now,
                name=record.next_name(),
                cluster=cluster_name(),
                user=os.getuid(),
                n_steps=folder.n_steps,
            )
            record.submissions.append(new)
            record.is_cancelled, record.endings = False, []
            clear_tasks(folder.path)
            make_room_for_tasks(folder.path)
            folder.clear_stop()
            save(folder, record)  # first: nobody would know of a job without a record
            folder.write_status(_waiting(before, now))
            try:
                jobs.send(folder, record, home=self._home)
            except SlurmError as error:
                if not error.is_unanswered:
                    record.submissions.pop()
                    save(folder, record)
                    folder.write_status(before)
                    raise
        self._queue.expire()
        sent = record.submissions[-1]
        return Handle(self.name, sent.array_job or sent.name)

    def status(self, run: Path) -> RunStatus:
        """Return the status of a run by Slurm's last answer; see `Launcher.status`."""
        folder = open_shared(run)
        status = folder.read_status()
        if not status.state.is_live:
            return status
        record = load(folder)
        if record is None or record.submission is None:
            with exclusive(folder, wait=False) as is_alone:  # else it is about to be submitted
                return _unsubmitted(status) if is_alone else status
        answer = self._queue.look()
        if is_due(record, answer) and _looked_after.get(folder.path) != answer.asked:
            _looked_after[folder.path] = answer.asked
            background.begin(folder.path, partial(self._look_after, folder, answer))
        return seen(folder, record, answer)

    def status_now(self, run: Path) -> RunStatus:
        """Return the status of a run after Slurm was asked; see `Launcher.status_now`."""
        with suppress(SlurmError):  # `status` says why it cannot be asked
            return self._status_now(open_shared(run))
        return self.status(run)

    def cancel(self, run: Path) -> None:
        """Ask the tasks to stop, in the run's folder and by Slurm; see `Launcher.cancel`."""
        folder = open_shared(run)
        if not folder.read_status().state.is_live:
            return
        with exclusive(folder):
            record = load(folder)
            require_record(folder, record, launcher=self.name)
            if record is None or record.submission is None:
                return
            folder.request_stop()  # tasks read it even when Slurm is away
            record.is_cancelled = True
            save(folder, record)
            try:
                require_controller()
                jobs.cancel(record.submission)
            except SlurmError as error:
                if not error.is_unanswered:  # else `status` asks again
                    raise
        self._queue.expire()

    def logs(self, run: Path, since: int = 0) -> LogChunk:
        """Return what the tasks have logged, each line with its task; see `Launcher.logs`."""
        folder = open_shared(run)
        with exclusive(folder, wait=False) as is_alone:
            record = load(folder) if is_alone else None
            # two machines that append to one file over a network would lose lines
            if (
                record is not None
                and not folder.is_locked
                and gather_logs(folder, record.logs_read)
            ):
                save(folder, record)
        return super().logs(run, since)

    def collect(self, run: Path) -> None:
        """Merge the parts here when all tasks are done, without waiting for the merge job.

        See `Launcher.collect`.
        """
        folder = open_shared(run)
        status, record = self._status_now(folder), load(folder)
        if status.state is JobState.DONE and folder.has_result:
            return
        if not (status.state.is_live and record is not None and _is_computed(folder, record)):
            why = f" {status.error.message}" if status.error else ""
            raise RunError(
                f"The run in {run} is not done.{why}",
                "Wait until it is, or resume it.",
                code=NOT_DONE,
            )
        submission = record.submissions[-1]
        row = jobs_of(self._queue.look().rows, (), submission).merge
        if row is not None and row.state in reasons.AT_WORK:
            raise RunError(f"The run in {run} is merged now.", "Wait a moment.", code=NOT_DONE)
        with suppress(SlurmError):
            jobs.cancel(submission.with_arrays(()))
        folder.compute(layout=replace(folder.spec.layout, n_threads=1, n_processes=1))

    def collect_partial(self, run: Path, *, wait: bool = True) -> tuple[int, int]:
        """Count the targets in the run's folder, where tasks write; see `Launcher`."""
        del wait
        folder = open_shared(run)
        total = folder.read_status().targets_total
        return total if folder.has_result else folder.n_here(), total

    def change(self, run: Path, options: Mapping[str, Any]) -> None:
        """Change options of the next submission, also the number of tasks; see `Launcher`."""
        folder = open_shared(run)
        with exclusive(folder):
            record = load(folder)
            if record is None:
                raise RunError(f"{_UNSUBMITTED[:-1]}: {folder.path}.", "Resume it to submit it.")
            before = record.options.to_dict(is_whole=True)
            record.options = SlurmOptions.merged(before, options)
            settled(record.options, folder, home=self._home)  # or nothing is kept
            save(folder, record)

    def view(self, run: Path) -> JobView | None:
        """Return the jobs of a run as of the last look; see `Launcher.view`."""
        folder = open_shared(run)
        record = load(folder)
        if record is None:
            return None
        return view_of(folder.path, record, self._queue.look().rows)

    def checks(self, options: Mapping[str, Any]) -> Iterator[Check]:
        """Yield what a run needs, with a short job that looks at a node; see `Launcher.checks`."""
        return checks(SlurmOptions.from_dict(options), home=self._home)

    def estimate_cost(self, spec: RunSpec) -> LaunchPlan:
        """Return the scripts of a run and Slurm's answer to them; see `Launcher`."""
        return plan(SlurmOptions.from_dict(spec.launcher_options), spec, home=self._home)

    def cleanup(self, run: Path, *, shared: bool = False) -> Cleaned:
        """Delete the folders of a run's tasks and what Slurm wrote there; see `Launcher`."""
        del shared
        folder = open_shared(run)
        if self._status_now(folder).state.may_change:
            raise RunError(f"The run in {run} is at work.", "Cancel it, or wait until it ends.")
        tasks = folder.path / filenames.TASKS
        with exclusive(folder):
            record = load(folder)
            if record is None or not os.path.isdir(tasks):
                raise RunError(f"The run in {run} has no folders of tasks.", "")
            gather_logs(folder, record.logs_read)
            record.logs_read = {}
            if record.submission is not None:
                _note_core_seconds(folder, record, record.submission)
            doomed = [tasks, *folder.path.glob(f"{filenames.MEMBERS}/*/{filenames.TASKS}")]
            found = [path for each in doomed for path in each.rglob("*") if not path.is_symlink()]
            files = [path for path in found if os.path.isfile(path)]
            n_bytes = sum(path.stat().st_size for path in files)
            n_logs = sum(path.suffix == ".txt" for path in files)
            for each in doomed:
                with atomic_write.storage_errors(each):
                    shutil.rmtree(each)
            save(folder, record)
        kept = "the run with its result and its log"
        return Cleaned(len(files) - n_logs, n_bytes, n_logs, kept)

    def _status_now(self, folder: SharedJob) -> RunStatus:
        """Return the status of a run after Slurm was asked, which takes time."""
        if not folder.read_status().state.is_live:
            return folder.read_status()
        record = load(folder)
        if record is not None and record.submission is not None:
            look_after(folder, self._queue.ask(), home=self._home)
        return self.status(folder.path)

    def _look_after(self, folder: SharedJob, answer: Answer) -> None:
        with suppress(SlurmError):  # the next answer of the queue is the next try
            look_after(folder, answer, home=self._home)

    def _options_of(self, folder: SharedJob) -> SlurmOptions:
        saved = saved_options(self.name, home=self._home)
        return SlurmOptions.merged(saved, folder.launcher_options)


def _waiting(before: RunStatus, now: float) -> RunStatus:
    return replace(
        before,
        state=JobState.QUEUED,
        step="waiting",
        targets_found=before.targets_done,
        created=before.created or now,
        started=None,
        heartbeat=now,
        ended=None,
        error=None,
        owner=None,
    )


def _unsubmitted(status: RunStatus) -> RunStatus:
    if is_recent(status.heartbeat or status.created or 0.0, START_SECONDS):
        return status
    error = ErrorRecord("lost", _UNSUBMITTED, _RESUME)
    return replace(status, state=JobState.LOST, error=error)


def _note_core_seconds(folder: SharedJob, record: SlurmRecord, last: Submission) -> None:
    """Remember what the tasks of the last submission took, whose reports are about to go."""
    used = core_seconds(read_hosts(folder.path, last.n_tasks), record.in_use.n_cores)
    record.amend(core_seconds=max(last.core_seconds, used))


def _is_computed(folder: SharedJob, record: SlurmRecord) -> bool:
    """Return whether all tasks of a run are done."""
    if record.submission is None:
        return False
    n_tasks = record.submission.n_tasks
    hosts = read_hosts(folder.path, n_tasks)
    return len(hosts) == n_tasks and all(host.state == JobState.DONE for host in hosts)
