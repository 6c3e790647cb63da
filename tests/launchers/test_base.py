from __future__ import annotations

import os
from pathlib import Path

import pytest

from genie3_engine.errors import OptionError, RunError
from genie3_engine.launchers.base import Host, JobView, Launcher, LauncherInfo
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.model import RunSpec
from tests.simulated_networks import tiny_run


class Least(Launcher):
    """A launcher with the methods that every launcher needs."""

    name = "least"

    def submit(self, run):
        raise NotImplementedError

    status = cancel = submit


def test_launcher__without_one_of_its_methods_is_refused():
    class Less(Launcher):
        name = "less"

    with pytest.raises(TypeError, match="submit"):
        Less()


def test_launcher__changes_no_options_by_default(home, tmp_path):
    run = tiny_run(tmp_path / "run").path
    Least().change(run, {})
    with pytest.raises(OptionError, match="no such options"):
        Least().change(run, {"size": 2})


def test_launcher__has_neither_jobs_nor_checks_nor_costs_by_default():
    launcher = Least()
    assert launcher.view(Path("run")) is None
    assert list(launcher.checks({})) == []
    with pytest.raises(OptionError, match="no policy 'user' of least"):
        launcher.policy("user", {})
    with pytest.raises(OptionError, match="no plan"):
        launcher.estimate_cost(RunSpec("0" * 64, launcher="least"))
    with pytest.raises(RunError, match="left nothing"):
        launcher.cleanup(Path("run"))


def test_info__takes_given_options_before_saved_ones_by_default():
    info = LauncherInfo(label="Least", help="Hardly anything.", create=lambda home: Least())
    assert info.complete({"a": 1}, {"a": 2, "b": 3}) == {"a": 1, "b": 3}
    assert (info.cores({}), info.instances({}), info.prices({}), info.notice({})) == (
        None,
        None,
        None,
        "",
    )


@pytest.mark.parametrize("damage", ["huge", "pipe", "folder"])
def test_logs__refuse_what_is_no_log(home, tmp_path, damage):
    run = tiny_run(tmp_path / "run").path
    assert LocalLauncher().logs(run).text == ""
    log = run / "log.txt"
    if damage == "huge":
        log.touch()
        os.truncate(log, 10**10)  # sparse: it takes no room
    else:
        (os.mkfifo if damage == "pipe" else os.mkdir)(log)
    with pytest.raises(RunError, match=r"log\.txt (cannot be read|is too large)"):
        LocalLauncher().logs(run)


def test_view__needs_no_more_than_the_name_of_a_job():
    view = JobView(job="17")
    assert (view.hosts, view.billing, view.n_jobs) == ((), {}, 1)


def test_host__is_plain_json():
    assert Host("algo-1", 0, "running", "computing", 1, 5, 7.0).to_dict()["targets_total"] == 5
