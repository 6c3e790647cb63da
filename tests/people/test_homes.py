"""Tests of the homes of a server's people."""

import os
import stat

import pytest

from genie3_engine.jobs import user_directory
from genie3_engine.people import homes
from genie3_engine.people.person import Person, identifier_of
from tools.faults.rights import without_root_rights

ADA = Person(identifier_of("https://login", "1"), "Ada", "ada@example.org")


class TestHomeOf:
    def test_home_of__is_below_the_servers(self, home):
        assert homes.home_of(ADA) == home / "people" / ADA.identifier
        assert homes.home_of(Person("")) == home

    @pytest.mark.parametrize("identifier", ["..", ".", "a/b", "/etc", "ada", "a" * 25 + "\n"])
    def test_home_of__refuses_what_could_leave_it(self, home, identifier):
        with pytest.raises(ValueError, match="identifier"):
            homes.home_of(Person(identifier))


class TestPrepareHome:
    def test_prepare_home__makes_it_for_its_person_alone(self, home):
        folder = homes.prepare_home(ADA)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert homes.people() == [ADA]
        assert homes.owner_of(folder) == ADA

    def test_prepare_home__writes_a_new_name_and_nothing_else(self, home):
        file = homes.prepare_home(ADA) / homes.PERSON
        written = os.stat(file).st_mtime_ns
        homes.prepare_home(ADA)
        assert os.stat(file).st_mtime_ns == written
        homes.prepare_home(Person(ADA.identifier, "Ada King", "ada@example.org"))
        assert homes.people()[0].name == "Ada King"

    def test_prepare_home__serves_its_person_where_the_name_cannot_be_written(self, home):
        file = homes.prepare_home(ADA) / homes.PERSON
        file.unlink()
        file.mkdir()
        assert homes.prepare_home(ADA) == file.parent
        assert homes.people() == [Person(ADA.identifier)]

    def test_prepare_home__serves_its_person_where_nothing_can_be_read(self, home, resolved):
        folder = homes.prepare_home(ADA)
        folder.chmod(0)
        try:
            with without_root_rights():
                assert homes.prepare_home(ADA) == user_directory.home() == folder
        finally:
            folder.chmod(0o700)

    @pytest.fixture
    def resolved(self, home):
        """A server whose resolver prepares the home."""
        user_directory.install_resolver(lambda: homes.prepare_home(ADA, server_home=home))
        yield
        user_directory.install_resolver(None)

    def test_prepare_home__leaves_the_home_of_one_person_alone(self, home):
        assert homes.prepare_home(Person("")) == home
        assert not home.exists()


class TestPeople:
    def test_people__are_none_without_a_server(self, home):
        assert homes.people() == []

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"name": 3, "email": null}', "null"])
    def test_people__of_a_damaged_file_have_no_name(self, home, text):
        (homes.prepare_home(ADA) / homes.PERSON).write_text(text)
        assert homes.people() == [Person(ADA.identifier)]

    def test_people__passes_other_folders_over(self, home):
        homes.prepare_home(ADA)
        (home / "people" / "notes").mkdir()
        (home / "people" / ("a" * 26)).symlink_to(home)
        assert homes.people() == [ADA]


def test_owner_of__is_nobody_elsewhere(home):
    assert homes.owner_of(home) is None
    assert homes.owner_of(home / "other" / ADA.identifier) is None


def test_serve__makes_the_process_a_server(home, monkeypatch):
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, "")
    try:
        homes.serve(lambda: homes.home_of(ADA))
        assert user_directory.home() == home / "people" / ADA.identifier
        assert user_directory.server_home() == home
        assert os.environ[user_directory.SERVER_VARIABLE] == str(home)
    finally:
        user_directory.install_resolver(None)
