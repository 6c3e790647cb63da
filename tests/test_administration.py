"""Tests of what an administrator sees and may do."""

from __future__ import annotations

import shutil
import time

import pytest

from genie3_engine import administration
from genie3_engine.errors import OptionError
from genie3_engine.jobs import user_directory
from genie3_engine.model import JobState, RunSpec, RunStatus
from genie3_engine.people import homes, links, log
from genie3_engine.people.person import Person, identifier_of
from genie3_engine.store.run_folder import RunFolder

ADA, GRACE = (Person(identifier_of("https://login", name), name) for name in ("Ada", "Grace"))
BOSS = Person(identifier_of("https://login", "Boss"), "Boss", is_administrator=True)


@pytest.fixture
def run(home, monkeypatch):
    """A run of Ada's that is at work, of a server of two people."""
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, str(home))
    homes.prepare_home(GRACE)
    now = time.time()
    status = RunStatus(JobState.RUNNING, targets_total=5, created=now, heartbeat=now)
    folder = homes.prepare_home(ADA) / "runs" / "20261130-120000-a1b2c3"
    return RunFolder.create(folder, RunSpec("0" * 64, name="secret"), status)


def test_use_of_people__counts_runs_and_bytes(run):
    first, second = administration.use_of_people()
    assert (first.person, first.n_runs, first.n_at_work) == (ADA, 1, 1)
    assert (second.person, second.n_runs, second.n_at_work) == (GRACE, 0, 0)
    assert first.n_bytes > second.n_bytes


def test_jobs_at_work__have_no_names(run):
    (job,) = administration.jobs_at_work()
    assert (job.person, job.noun, job.id) == (ADA, "run", run.path.name)
    assert "secret" not in repr(job)


def test_jobs_at_work__a_killed_run_is_recorded_as_its_owners(run, home):
    run.write_status(RunStatus(JobState.RUNNING, created=1.0, heartbeat=1.0))
    with user_directory.at_home(homes.prepare_home(BOSS)):
        assert administration.jobs_at_work() == []
    assert [(each.action, each.name) for each in log.entries()] == [("ended", "Ada")]


def test_end_job__asks_it_to_stop_and_is_recorded(run):
    (job,) = administration.jobs_at_work()
    with pytest.raises(OptionError, match="Only an administrator"):
        administration.end_job(job, by=GRACE)
    assert not run.stop_is_requested
    administration.end_job(job, by=BOSS)
    assert run.stop_is_requested
    assert [each.name for each in log.entries()][-1] == "Boss"


def test_end_job__refuses_one_that_has_ended(run):
    (job,) = administration.jobs_at_work()
    run.write_status(RunStatus(JobState.CANCELLED))
    with pytest.raises(OptionError, match="ended already"):
        administration.end_job(job, by=BOSS)


def test_take_back_links__is_for_administrators_alone(run, home):
    for _ in range(2):
        token = links.make_link("x", policy="y", run="run", title="t", days=1, owner=ADA)
    assert administration.links_of_people() == [(ADA, 2)]
    with pytest.raises(OptionError, match="Only an administrator"):
        administration.take_back_links(ADA, by=GRACE)
    assert links.open_link(token) is not None
    shutil.rmtree(homes.home_of(ADA))
    (gone,) = administration.links_of_people()
    assert gone == (Person(ADA.identifier), 2)
    administration.take_back_links(gone[0], by=BOSS)
    assert links.open_link(token) is None
    assert administration.links_of_people() == []
