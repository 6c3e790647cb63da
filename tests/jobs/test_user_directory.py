"""Tests of the home's place."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genie3_engine.errors import Genie3Error, StorageError
from genie3_engine.jobs import user_directory as homes
from genie3_engine.jobs.atomic_write import write_json
from tools.faults.rights import without_root_rights


class TestHome:
    def test_home__is_where_the_variable_says(self, home):
        assert homes.home() == home
        assert homes.data_folder() == home / "data"
        assert homes.runs_folder() == home / "runs"

    def test_home__is_in_the_users_home_by_default(self, monkeypatch):
        monkeypatch.delenv("GENIE3_HOME", raising=False)
        assert homes.home() == Path.home() / ".genie3"

    def test_home__is_given(self, tmp_path):
        assert homes.runs_folder(tmp_path) == tmp_path / "runs"

    @pytest.mark.parametrize("chosen", ["", "~nobody-of-this-name/home"])
    def test_home__that_cannot_be_found_names_the_variable(self, monkeypatch, chosen):
        monkeypatch.setenv("GENIE3_HOME", chosen)
        monkeypatch.setattr(Path, "expanduser", _no_home)
        monkeypatch.setattr(Path, "home", _no_home)
        with pytest.raises(StorageError, match="Set GENIE3_HOME to"):
            homes.home()
        assert not homes.holds(Path("/somewhere"))

    @pytest.mark.parametrize("below", ["", "data"])
    def test_home__that_cannot_be_written_names_the_variable(self, monkeypatch, tmp_path, below):
        (tmp_path / "file").touch()
        monkeypatch.setenv("GENIE3_HOME", str(tmp_path / "file" / "home"))
        with pytest.raises(StorageError, match="Set GENIE3_HOME to a folder that can be written"):
            write_json(homes.home() / below / "values.json", {})
        with pytest.raises(StorageError, match="Choose another folder"):
            write_json(tmp_path / "file" / "values.json", {})


class TestResolver:
    @pytest.fixture(autouse=True)
    def _without_resolver(self):
        yield
        homes.install_resolver(None)

    def test_home__is_what_the_resolver_finds(self, home, tmp_path):
        homes.install_resolver(lambda: tmp_path / "other")
        assert homes.home() == tmp_path / "other"
        assert homes.server_home() == home
        homes.install_resolver(lambda: None)
        assert homes.home() == home

    def test_home__is_refused_where_nobody_is_logged_in(self, home):
        def nobody():
            raise Genie3Error("Nobody is logged in.")

        homes.install_resolver(nobody)
        with pytest.raises(Genie3Error, match="Nobody"):
            homes.runs_folder()
        with homes.at_home(home):
            assert homes.home() == home
        with pytest.raises(Genie3Error, match="Nobody"):
            homes.home()

    def test_home__of_a_thread_is_not_that_of_another(self, home, tmp_path):
        with homes.at_home(tmp_path), ThreadPoolExecutor(1) as pool:
            assert pool.submit(homes.home).result() == home
            assert pool.submit(homes.with_this_home(homes.home)).result() == tmp_path


def test_server_home__is_where_its_variable_says(home, monkeypatch, tmp_path):
    assert homes.server_home() == home
    monkeypatch.setenv(homes.SERVER_VARIABLE, str(tmp_path))
    assert homes.server_home() == tmp_path


def _no_home(*_):
    raise RuntimeError("Could not determine home directory.")


class TestServerOf:
    def test_server_of__a_persons_home_is_the_server_above_it(self, home, tmp_path):
        person = home / "people" / "abc"
        assert homes.server_of(person) == homes.server_of() == home
        assert homes.person_of(person) == "abc"
        with homes.at_home(person):
            assert (homes.server_of(), homes.person_of()) == (home, "abc")

    def test_server_of__another_home_is_a_server_of_its_own(self, home, tmp_path):
        other = tmp_path / "other"
        assert homes.server_of(other) == other
        assert homes.person_of(other) == homes.person_of() == ""
        assert homes.server_of(home) == home


@pytest.mark.parametrize("damage", ["closed", "file", "loop", "pipe"])
def test_unreadable_folders__are_there_and_no_folders_or_closed(home, damage):
    assert homes.unreadable_folders() == []
    (home / "data").mkdir(parents=True)
    runs = home / "runs"
    if damage == "closed":
        runs.mkdir(0)
    elif damage == "loop":
        runs.symlink_to(runs)
    else:
        (os.mkfifo if damage == "pipe" else Path.touch)(runs)
    with without_root_rights():
        assert homes.unreadable_folders() == [runs]
    os.rename(runs, home / "another")
    assert homes.unreadable_folders() == []
