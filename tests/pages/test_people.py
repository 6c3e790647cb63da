"""Pages of a server with login: whose runs and data they show, and what administrators see."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from genie3_engine import administration, archives, runs
from genie3_engine.datasets.uploads import list_uploads
from genie3_engine.errors import OptionError
from genie3_engine.model import JobState, RunSpec, RunStatus
from genie3_engine.people import group, homes, links, log
from genie3_engine.people.group import Shared
from genie3_engine.store.run_folder import RunFolder
from tests.pages.conftest import ROOT as ROOT_FOLDER
from tests.pages.conftest import texts
from tests.pages.people import ADA, GRACE, ROOT, served
from tests.waiting import HANG_SECONDS
from ui import cache


@pytest.fixture
def lab(home, monkeypatch):
    with served(home, monkeypatch) as lab:
        yield lab


def test_group__shows_a_run_with_its_data_read_only(lab, open_page, finished):
    data = lab.give(ADA, finished)
    with lab.person(ADA):
        app = open_page("runs", run="done")
        assert not app.exception
        app.button_group(key="group_runs_done").set_value("Group").run()
        assert group.is_shared(Shared("runs", "done"), owner=ADA)
    with lab.person(GRACE):
        own = open_page("runs")
        assert "a finished run" not in texts(own)
        app = open_page("runs", run="done", whose="group")
        assert not app.exception
        assert "a finished run" in texts(app)
        assert "Shared by Ada" in texts(app)
        assert {each.key for each in app.button} == {"open_network"}
        network = open_page("network", run="done", whose="group")
        assert not network.exception
        assert not network.error
        assert "Save view" not in str(network)
        assert any("whose=group" in each.value for each in network.code)
        found = open_page("data", data=data, whose="group")
        assert not found.exception
        assert "small" in texts(found)
        assert not [each for each in found.button if "delete" in (each.key or "")]
        offered = open_page("data", whose="group").selectbox
        assert [each.label for each in offered] == ["Data shared with the group"]
        for page in ("compare", "accuracy", "regulons"):
            found = open_page(page, run="done", whose="group")
            assert not found.exception
            assert not found.error
        first = open_page("home", whose="group")
        assert [each.value for each in first.title] == ["Runs"]
        app.sidebar.button_group(key="whose_home").set_value("Mine").run()
        assert "a finished run" not in texts(app)
    with lab.person(ADA):
        app = open_page("runs", run="done")
        app.button_group(key="group_runs_done").set_value("Private").run()
    with lab.person(GRACE):
        assert "a finished run" not in texts(open_page("runs", whose="group"))


def test_group__gives_addresses_that_others_can_open(lab, open_page, finished):
    lab.give(ADA, finished)
    with lab.person(ADA):
        alone = open_page("network", run="done")
        assert not any("whose=group" in each.value for each in alone.code)
        assert "No one else can open it" in texts(alone)
        alone.button_group(key="group_runs_done").set_value("Group").run()
        assert any("whose=group" in each.value for each in alone.code)
        assert "No one else can open it" not in texts(alone)


def test_server__is_named_where_data_stay(lab, open_page):
    with lab.person(ADA):
        assert "leaves this server" in texts(open_page("data"))
        assert "stays on this server" in texts(open_page("home"))


def test_group__is_compared_with_ones_own_gold_standards(lab, open_page, finished, monkeypatch):
    data = lab.give(ADA, finished)
    with lab.person(ADA):
        group.share(Shared("runs", "done"), needs=[Shared("data", data)], owner=ADA)
    monkeypatch.setattr(cache, "is_sample", lambda dataset: True)
    with lab.person(GRACE) as own:
        found = open_page("accuracy", run="done", whose="group")
        assert "can only be read" not in texts(found)
        (gold,) = list_uploads(own)
        assert "group" in found.query_params["whose"]
        runs.open_upload(gold.id, home=own)


def test_group__is_archived_and_tested_with_ones_own_gene_sets(lab, open_page, finished):
    data = lab.give(ADA, finished)
    with lab.person(ADA):
        group.share(Shared("runs", "done"), needs=[Shared("data", data)], owner=ADA)
        whole = archives.archived_bytes(homes.home_of(ADA) / "runs" / "done")
    before = sorted((each, each.stat().st_mtime_ns) for each in homes.home_of(ADA).rglob("*"))
    with lab.person(GRACE) as own:
        app = open_page("runs", run="done", whose="group")
        app.session_state["archive"] = True
        app.run()
        assert "Licence" not in [each.label for each in app.text_input]
        app.button(key="archive_make_done").click().run()
        assert not app.exception
        assert not app.error
        assert app.session_state["made_archive"][2] == whole
        last = list(log.entries())[-1]
        assert (last.name, last.action) == ("Grace", "archive exported")
        app = open_page("network", run="done", whose="group")
        app.session_state["gene_sets"] = True
        app.run()
        app.file_uploader[0].upload("mine.gmt", b"set\t\tgene00\tgene01\n", "text/plain").run()
        assert not app.exception
        assert "can only be read" not in texts(app)
        (kept,) = runs.list_gene_sets(own)
        assert kept.name == "mine"
        app.button(key=f"sets_edit_{kept.id}_delete").click().run()
        assert runs.list_gene_sets(own) == []
    after = sorted((each, each.stat().st_mtime_ns) for each in homes.home_of(ADA).rglob("*"))
    assert after == before


class TestPeoplePage:
    def test_people__shows_sizes_and_ends_jobs_without_names(self, lab, open_page, run_of):
        with lab.person(ROOT):
            app = open_page("people")
            assert not app.exception
            sizes = app.dataframe[0].value
            assert set(sizes["Person"]) == {"Ada", "Root"}
            assert int(sizes.set_index("Person").loc["Ada", "At work"]) == 1
            assert "started" in app.dataframe[1].value["What"].tolist()
            assert "secret name" not in texts(app) + app.dataframe[1].value.to_csv()
            app.button(key=f"end_{ADA.identifier}_run_{run_of}").click().run()
            assert not app.exception
            assert not app.error
        (run,) = runs.history(homes.home_of(ADA))
        assert (run.path / "stop").exists()
        last = list(log.entries())[-1]
        assert (last.name, last.action) == ("Root", "asked to stop by an administrator")
        assert last.subject == f"run {run_of} of {ADA.identifier}"

    def test_people__takes_back_links_of_a_person(self, lab, open_page):
        options = {"policy": "y", "run": "secret name", "title": "secret title", "days": 1}
        token = links.make_link("x", owner=ADA, **options)
        with lab.person(ADA):
            pass
        with lab.person(ROOT):
            app = open_page("people")
            assert "Ada · 1 link" in texts(app)
            assert "secret" not in texts(app)
            app.button(key=f"take_back_links_{ADA.identifier}").click().run()
            assert not app.exception
            assert not app.error
            assert "1 link" not in texts(app)
        assert links.open_link(token) is None

    def test_people__shows_others_nothing(self, lab, open_page, run_of):
        with lab.person(GRACE):
            with pytest.raises(ValueError, match="Could not find a navigation page"):
                open_page("people")
            page = ROOT_FOLDER / "pages" / "people" / "page.py"
            app = AppTest.from_file(str(page), default_timeout=HANG_SECONDS).run()
            assert not app.exception
            assert not app.dataframe
            assert "Ada" not in texts(app)
            (job,) = administration.jobs_at_work()
            with pytest.raises(OptionError, match="Only an administrator"):
                administration.end_job(job, by=GRACE)

    @pytest.fixture
    def run_of(self, lab):
        """The id of a run of Ada's that is at work."""
        now = time.time()
        status = RunStatus(JobState.RUNNING, targets_total=5, created=now, heartbeat=now)
        folder = homes.prepare_home(ADA) / "runs" / "20261130-120000-a1b2c3"
        RunFolder.create(folder, RunSpec("0" * 64, name="secret name"), status)
        log.record(log.Action.STARTED, f"run {folder.name}", text="secret name", who=ADA)
        return folder.name

    def test_people__names_a_data_set_in_the_log_by_the_start_of_its_fingerprint(
        self, lab, open_page
    ):
        log.record(log.Action.STORED, f"data set {'a1' * 32}", who=ADA)
        with lab.person(ROOT):
            (table,) = (
                each.value for each in open_page("people").dataframe if "What" in each.value
            )
        assert f"data set {'a1' * 6}" in set(table["Of what"])
