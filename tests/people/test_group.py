"""Tests of what people share with the group."""

import json

import pytest

from genie3_engine.errors import OptionError, StorageError
from genie3_engine.jobs import atomic_write, user_directory
from genie3_engine.people import group, homes, log
from genie3_engine.people.group import Shared
from genie3_engine.people.person import Person, identifier_of

ADA, GRACE = (Person(identifier_of("https://login", name), name) for name in ("Ada", "Grace"))
RUN, OTHER, DATA = Shared("runs", "run-1"), Shared("runs", "run-2"), Shared("data", "a" * 64)


@pytest.fixture(autouse=True)
def server(home, monkeypatch):
    """The home of a server with two people, who both have two runs of the same data."""
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, str(home))
    for person in (ADA, GRACE):
        for item in (RUN, OTHER, DATA):
            folder = homes.prepare_home(person) / str(item)
            folder.mkdir(parents=True)
            (folder / "of").write_text(person.name)
    return home


def shown():
    root = group.group_home()
    return {str(each.relative_to(root)) for each in root.glob("*/*")}


class TestShare:
    def test_share__shows_a_run_with_its_data_and_nothing_else(self):
        group.share(RUN, needs=[DATA], owner=ADA)
        assert shown() == {str(RUN), str(DATA)}
        assert (group.group_home() / str(RUN) / "of").read_text() == "Ada"
        assert group.owner_of(group.group_home() / str(RUN)) == ADA
        assert group.is_shared(RUN, owner=ADA)
        assert not group.is_shared(RUN, owner=GRACE)
        assert [entry.action for entry in log.entries()] == ["shared with the group"]

    def test_share__refuses_what_is_not_ones_own(self, server):
        with pytest.raises(OptionError, match="not in your home"):
            group.share(Shared("runs", "run-3"), owner=ADA)
        link = homes.home_of(ADA) / "runs" / "link"
        link.symlink_to(homes.home_of(GRACE) / str(RUN))
        with pytest.raises(OptionError, match="not in your home"):
            group.share(Shared("runs", "link"), owner=ADA)

    @pytest.mark.parametrize(
        ("folder", "name"),
        [
            ("runs", ".."),
            ("runs", "a/b"),
            ("runs", ""),
            ("runs", ".hidden"),
            ("uploads", "a"),
            ("..", "people"),
            ("people", "a"),
            ("runs", "a\n"),
        ],
    )
    def test_shared__refuses_other_paths(self, folder, name):
        with pytest.raises(ValueError, match="cannot be shared"):
            Shared(folder, name)

    def test_unshare__keeps_data_that_another_run_takes(self):
        group.share(RUN, needs=[DATA], owner=ADA)
        group.share(OTHER, needs=[DATA], owner=ADA)
        group.unshare(RUN, owner=ADA)
        assert shown() == {str(OTHER), str(DATA)}
        group.unshare(OTHER, owner=ADA)
        group.unshare(OTHER, owner=ADA)
        assert shown() == set()

    def test_unshare__leaves_the_next_person_who_shares_the_same(self):
        group.share(RUN, needs=[DATA], owner=ADA)
        group.share(OTHER, needs=[DATA], owner=GRACE)
        group.unshare(RUN, owner=ADA)
        assert shown() == {str(OTHER), str(DATA)}
        assert (group.group_home() / str(DATA) / "of").read_text() == "Grace"

    def test_share__never_replaces_what_another_person_shows(self):
        group.share(RUN, needs=[DATA], owner=GRACE)
        group.share(RUN, needs=[DATA], owner=ADA)  # earlier by name
        for item in (RUN, DATA):
            assert (group.group_home() / str(item) / "of").read_text() == "Grace"

    def test_refresh__drops_what_its_owner_has_deleted(self):
        group.share(RUN, owner=ADA)
        (homes.home_of(ADA) / str(RUN) / "of").unlink()
        (homes.home_of(ADA) / str(RUN)).rmdir()
        group.refresh()
        assert shown() == set()

    @pytest.mark.parametrize(
        "content",
        ["", "[]", "3", '{"../../x": []}', '{"runs/../../../x": []}', '{"runs/run-1": 3}'],
    )
    def test_refresh__follows_no_damaged_list(self, content):
        (homes.home_of(ADA) / group.LIST).write_text(content)
        group.refresh()
        assert shown() == set()

    def test_refresh__leads_to_nothing_outside_of_a_home(self, server):
        outside = {"runs/run-1": ["data/" + "b" * 64]}
        (homes.home_of(ADA) / "data" / ("b" * 64)).symlink_to(homes.home_of(GRACE))
        (homes.home_of(ADA) / group.LIST).write_text(json.dumps(outside))
        group.refresh()
        assert shown() == {str(RUN)}


def test_group_home__is_not_written_by_those_who_look(server):
    group.share(RUN, owner=ADA)
    folder = group.group_home() / str(RUN)
    with pytest.raises(StorageError, match="only be read"):
        atomic_write.write_json(folder / "labels.json", {})
    with pytest.raises(StorageError, match="only be read"), atomic_write.storage_errors(folder):
        pass
    atomic_write.write_json(homes.home_of(ADA) / str(RUN) / "labels.json", {})


def test_owner_of__is_unknown_elsewhere(server):
    assert group.owner_of(server) is None
    assert group.owner_of(server / "missing") is None
