from __future__ import annotations

import os
import tempfile

import pytest

from genie3_engine.model import JobState
from genie3_engine.people import group, homes
from genie3_engine.people.group import Shared
from tests.pages.conftest import texts
from tests.pages.people import ADA, GRACE, ROOT, served
from ui import storage


@pytest.fixture(autouse=True)
def _measured_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    storage._looks.clear()


def leave(home, name=".abc.aside", *, n_bytes=2_000):
    """Put a leftover of long ago into the home."""
    path = home / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * n_bytes)
    os.utime(path, (1e9, 1e9))
    return path


def test_storage__empty_says_where_to_go(open_page, home):
    app = open_page("storage")
    assert not app.exception
    assert "Nothing is stored yet" in texts(app)
    assert "There are none now" in texts(app)
    assert app.metric[0].value == "0 bytes"


def test_storage__lists_what_takes_room_and_deletes_one_thing(open_page, done_run, dataset, home):
    (home / "limits.toml").write_text('[person]\ndisk = "1 MB"\n')
    app = open_page("storage", item=f"run-{done_run}")
    assert not app.exception
    limits, kinds, items = (table.value for table in app.dataframe)
    assert ["Disk, each person", "1.0 MB"] in limits.to_numpy().tolist()
    assert set(kinds["Kind"]) >= {"Runs", "Data sets"}
    assert "a finished run" in items["Name"].tolist()
    assert "of 1.0 MB that a person may use here" in app.get("progress")[0].proto.text
    assert "Its network has to be inferred again" in texts(app)
    app.button(key="storage_delete_sure").click().run()
    assert not app.exception
    assert not (home / "runs" / done_run).exists()
    assert "a finished run" not in app.dataframe[2].value["Name"].tolist()
    assert "item" not in app.query_params
    app.session_state["storage_shown"] = "Data sets"
    app.run()
    assert app.dataframe[2].value["Kind"].tolist() == ["Data set"]


def test_storage__damaged_limits_are_one_sentence(open_page, dataset, home):
    (home / "limits.toml").write_text("[person")
    app = open_page("storage")
    assert not app.exception
    assert "home cannot be read" in texts(app)
    assert app.dataframe[1].value["Kind"].tolist() == ["Data set"]


def test_storage__what_is_at_work_is_not_offered(open_page, run_in_state):
    run = run_in_state(JobState.RUNNING)
    app = open_page("storage", item=f"run-{run}")
    assert "cancel it first" in texts(app)
    assert "storage_delete_sure" not in {button.key for button in app.button}


def test_storage__removes_leftovers(open_page, home):
    path = leave(home)
    app = open_page("storage")
    assert "no lock" in texts(app)
    button = app.button(key="clean_up")
    assert button.label == "Remove 1 leftover (2.0 kB)"
    button.click().run()
    assert not path.exists()
    assert "There are none now" in texts(app)


def test_storage__a_home_that_takes_long_to_measure_does_not_keep_the_page(
    open_page, home, monkeypatch
):
    slow = storage._Look(home)
    monkeypatch.setattr(slow, "found", lambda **_: None)
    storage._looks[home] = slow
    app = open_page("storage")
    assert not app.exception
    assert "Measuring what takes room" in texts(app)


def test_storage__of_one_of_many_is_that_persons_alone(open_page, home, finished, monkeypatch):
    with served(home, monkeypatch) as lab:
        for person in (ADA, GRACE):
            lab.give(person, finished, run=f"of-{person.name}")
        (home / "limits.toml").write_text("[person]\nruns = 3\n")
        group.share(Shared("runs", "of-Ada"), owner=ADA)
        with lab.person(ADA):
            app = open_page("storage", item="run-of-Ada")
            assert not app.exception
            assert int(app.dataframe[1].value.set_index("Kind").loc["Runs", "Number"]) == 1
            assert "It is shared with the group" in texts(app)
            app.button(key="storage_delete_sure").click().run()
            assert not app.exception
        with lab.person(ROOT):
            app = open_page("people")
            assert "Jobs at work, each person" in app.dataframe[1].value["Limit"].tolist()
        assert not (homes.home_of(ADA) / "runs" / "of-Ada").exists()
        assert (homes.home_of(GRACE) / "runs" / "of-Grace").exists()
