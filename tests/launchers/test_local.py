from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from genie3_engine.errors import LimitError, RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.process import process, this_process
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder
from tests.contracts.launcher_contract import LauncherContract
from tests.simulated_networks import endless_run, tiny_run
from tests.waiting import HANG_SECONDS, wait_until


@pytest.mark.slow(1)
class TestLocalLauncher(LauncherContract):
    @pytest.fixture
    def launcher(self, home):
        return LocalLauncher(grace_seconds=1.0)

    @pytest.fixture
    def again(self, home):
        return LocalLauncher(grace_seconds=1.0)

    @pytest.fixture(autouse=True)
    def _leave_no_worker(self):
        before = set(psutil.Process().children())
        yield
        for worker in set(psutil.Process().children()) - before:
            worker.kill()

    def kill(self, launcher, run):
        os.kill(launcher.status(run).owner.pid, signal.SIGKILL)

    def test_submit__leaves_no_zombie(self, launcher, run):
        worker = psutil.Process(int(launcher.submit(run).job))
        self.wait_until_ended(launcher, run)
        worker.wait(timeout=HANG_SECONDS)

    def test_submit__starts_a_session_of_its_own_without_input(self, launcher, endless):
        pid = int(launcher.submit(endless).job)
        assert os.getsid(pid) == pid
        assert os.readlink(f"/proc/{pid}/fd/0") == os.devnull
        launcher.cancel(endless)
        self.wait_until_ended(launcher, endless)

    def test_cancel__takes_the_workers_processes_along(self, launcher, home, tmp_path):
        run = endless_run(tmp_path / "run", n_processes=2).path
        launcher.submit(run)
        status = self.wait_until_at_work(launcher, run)
        children = psutil.Process(status.owner.pid).children()
        assert len(children) >= 2
        launcher.cancel(run)
        assert self.wait_until_ended(launcher, run).state is JobState.CANCELLED
        _, alive = psutil.wait_procs(children, timeout=HANG_SECONDS)
        assert alive == []


@pytest.fixture
def run(home, tmp_path):
    return tiny_run(tmp_path / "run")


def at_work(run, owner, **changes):
    """Write the status of a run that some process computes."""
    status = replace(
        run.read_status(),
        state=JobState.RUNNING,
        owner=owner,
        heartbeat=time.time(),
        **changes,
    )
    run.write_status(status)
    return status


def gone():
    return replace(this_process(), pid_ticks=1)


def afar():
    return replace(this_process(), host="elsewhere", boot_id="another")


def test_status__of_a_run_that_nobody_has_begun_yet_is_left_alone(run):
    fresh = replace(run.read_status(), created=time.time())
    run.write_status(fresh)
    assert LocalLauncher().status(run.path) == fresh


def test_status__of_a_run_that_was_never_begun_is_lost(run):
    assert LocalLauncher().status(run.path).state is JobState.LOST


def test_status__of_a_worker_that_died_before_it_could_say_anything_is_lost(run, monkeypatch):
    monkeypatch.setattr(RunFolder, "module", "no_such_thing")
    launcher = LocalLauncher()
    launcher.submit(run.path)
    wait_until(lambda: not launcher.status(run.path).state.is_live)
    status = launcher.status(run.path)
    assert status.state is JobState.LOST
    assert "no_such_thing" in status.error.message


def test_status__of_a_lost_run_ends_with_its_log(run):
    run.log_path.write_text("".join(f"line {i}\n" for i in range(1000)))
    status = at_work(run, gone(), targets_done=3)
    lost = LocalLauncher().status(run.path)
    assert lost.state is JobState.LOST
    assert lost.error.message.endswith("line 998\nline 999")
    assert "line 994\n" not in lost.error.message
    assert (lost.targets_done, lost.ended) == (3, status.heartbeat)
    assert run.read_status() == lost


def test_status__of_a_stopping_run_whose_worker_is_gone_is_cancelled(run):
    at_work(run, gone())
    run.write_status(replace(run.read_status(), state=JobState.STOPPING))
    assert LocalLauncher().status(run.path).state is JobState.CANCELLED


def test_status__of_a_run_on_another_machine_is_what_its_heartbeat_says(run, monkeypatch):
    status = at_work(run, afar())
    assert LocalLauncher().status(run.path) == status
    monkeypatch.setattr(lifecycle, "SILENT_SECONDS", 0.0)
    unknown = LocalLauncher().status(run.path)
    assert unknown.state is JobState.UNKNOWN
    assert "elsewhere" in unknown.error.message
    assert run.read_status() == status
    with pytest.raises(RunError, match="Cancel it on that machine"):
        LocalLauncher().cancel(run.path)
    with pytest.raises(RunError, match="at work"):
        LocalLauncher().submit(run.path)


def test_status__never_overwrites_what_a_worker_has_written_meanwhile(run, monkeypatch):
    at_work(run, gone())
    done = replace(run.read_status(), state=JobState.DONE)
    monkeypatch.setattr(
        RunFolder, "is_locked", property(lambda self: bool(self.write_status(done)))
    )
    assert LocalLauncher().status(run.path) == done


def test_cancel__of_a_run_in_the_foreground_reaches_its_process_alone(run):
    program = f"import sys, time; print(flush=True); time.sleep({HANG_SECONDS})"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as worker:
        worker.stdout.readline()
        at_work(run, process(worker.pid))
        LocalLauncher().cancel(run.path)
        assert worker.wait(timeout=HANG_SECONDS) == -signal.SIGTERM


def test_submit__forgets_an_earlier_cancel(run, monkeypatch):
    at_work(run, gone())
    run.request_stop()
    assert LocalLauncher().status(run.path).state is JobState.CANCELLED
    monkeypatch.setattr(RunFolder, "module", "this")
    LocalLauncher().submit(run.path)
    assert not run.stop_is_requested


def limited(home, text):
    home.mkdir(exist_ok=True)
    (home / "limits.toml").write_text(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[person]\nmemory = "1 MB"\n', "by its forecast; a person may use 1.0 MB"),
        ("[person", "cannot be read"),
    ],
)
def test_submit__beyond_a_limit_is_refused_and_starts_nothing(run, home, text, words):
    limited(home, text)
    with pytest.raises(LimitError, match=words):
        LocalLauncher().submit(run.path)
    assert run.read_submission() is None
