"""A launcher in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from genie3_engine.errors import RunError
from genie3_engine.launchers.base import Handle, Launcher
from genie3_engine.model import ErrorRecord, JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.clock import Clock

SECONDS_A_TARGET_AND_TREE = 0.5


@dataclass
class FakeProcesses:
    """Workers that compute one target after another; the first of the queue is at work."""

    clock: Clock
    queue: list[Path] = field(default_factory=list)
    asked_to_stop: set[Path] = field(default_factory=set)
    began: dict[Path, float] = field(default_factory=dict)
    log: dict[Path, str] = field(default_factory=dict)

    def start(self, run: Path) -> None:
        self.queue.append(run)

    def kill(self, run: Path) -> None:
        self.queue.remove(run)

    def tick(self) -> None:
        """Let every worker do what it would have done by now."""
        for run in list(self.queue):
            folder = RunFolder.open(run)
            status = folder.read_status()
            if run in self.asked_to_stop:
                self._end(folder, replace(status, state=JobState.CANCELLED))
            elif run is self.queue[0]:
                self._work(folder, status)

    def _work(self, folder: RunFolder, status: RunStatus) -> None:
        run, n_trees = folder.path, folder.spec.forest.n_trees
        if run not in self.began:
            self.began[run] = self.clock()
            self._say(run, "computing")
        seconds = self.clock() - self.began[run]
        n_done = min(8, int(seconds / (SECONDS_A_TARGET_AND_TREE * n_trees)))
        status = replace(
            status,
            state=JobState.RUNNING,
            step="computing",
            targets_done=n_done,
            targets_total=8,
            heartbeat=self.clock(),
        )
        if n_done < 8:
            folder.write_status(status)
            return
        folder.links_path.touch()
        folder.targets_path.touch()
        self._end(folder, replace(status, state=JobState.DONE, step=""))

    def _end(self, folder: RunFolder, status: RunStatus) -> None:
        self._say(folder.path, status.state)
        folder.write_status(replace(status, ended=self.clock()))
        self.queue.remove(folder.path)
        self.asked_to_stop.discard(folder.path)
        self.began.pop(folder.path, None)

    def _say(self, run: Path, text: str) -> None:
        with RunFolder(run).log_path.open("a") as log:
            log.write(f"{self.clock():.0f} {text}\n")


class FakeLauncher(Launcher):
    """A launcher in memory; clock and workers are passed in."""

    name = "fake"

    def __init__(self, processes: FakeProcesses) -> None:
        self._processes = processes

    def submit(self, run: Path) -> Handle:
        folder = RunFolder.open(run)
        status = self.status(run)
        if status.state is JobState.DONE:
            raise RunError(f"The run in {run} is done already.")
        if run in self._processes.queue:
            raise RunError(f"The run in {run} is at work.")
        folder.write_status(replace(status, state=JobState.QUEUED, step="", ended=None, error=None))
        self._processes.start(run)
        return Handle(self.name, f"job {len(self._processes.queue)}")

    def status(self, run: Path) -> RunStatus:
        folder = RunFolder.open(run)
        self._processes.tick()
        status = folder.read_status()
        if run in self._processes.asked_to_stop:
            return replace(status, state=JobState.STOPPING)
        is_begun = status.state in {JobState.RUNNING, JobState.STOPPING}
        if is_begun and run not in self._processes.queue:
            error = ErrorRecord("lost", f"Gone; the log ends with {self.logs(run).text}", "Resume.")
            status = replace(status, state=JobState.LOST, error=error)
            folder.write_status(status)
        return status

    def cancel(self, run: Path) -> None:
        RunFolder.open(run)
        if run in self._processes.queue:
            self._processes.asked_to_stop.add(run)
