"""Tests of the links that open one document without an account."""

import errno
import json
import os
import shutil
import time

import pytest

from genie3_engine.errors import OptionError, StorageError
from genie3_engine.jobs import user_directory
from genie3_engine.people import links, log
from genie3_engine.people.person import Person, identifier_of

ADA, GRACE = (Person(identifier_of("https://login", name), name) for name in ("Ada", "Grace"))


@pytest.fixture(autouse=True)
def server(home, monkeypatch):
    """The home of a server, of which this is a process."""
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, str(home))
    monkeypatch.setattr(links, "_recorded", {})
    return home


def made(*, owner=ADA, run="run-1", days=7.0):
    return links.make_link(
        "<p>story</p>", policy="default-src 'none'", run=run, title="Story", days=days, owner=owner
    )


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the clock some seconds ahead."""
    now = time.time()
    return lambda seconds: monkeypatch.setattr(time, "time", lambda: now + seconds)


class TestOpenLink:
    def test_open_link__gives_the_document_again_and_again(self):
        token = made()
        for _ in range(3):
            link, document = links.open_link(token)
            assert (document, link.title) == (b"<p>story</p>", "Story")
        actions = [entry.action for entry in log.entries()]
        assert actions == ["link made", "link opened"]  # one entry for a minute

    def test_open_link__keeps_no_token(self, server):
        token = made()
        for file in server.rglob("*"):
            assert token not in file.name
            assert file.is_dir() or token not in file.read_text()

    @pytest.mark.parametrize(
        "token",
        ["", "..", "../..", "a" * 43, "%2e%2e", "a/b", "x" * 10_000, "é" * 43, "\n" * 43],
    )
    def test_open_link__knows_no_other_token(self, token):
        made()
        assert links.open_link(token) is None

    def test_open_link__is_not_opened_by_its_hash_or_a_changed_token(self):
        token = made()
        (link,) = links.links_of(ADA)
        other = token[:-1] + ("A" if token[-1] != "A" else "B")
        assert links.open_link(link.id) is None
        assert links.open_link(link.id[:43]) is None
        assert links.open_link(other) is None

    def test_open_link__ends_with_its_time_and_no_clock_revives_it(self, at):
        token = made(days=1)
        at(86_399)
        assert links.open_link(token) is not None
        at(86_401)
        assert links.open_link(token) is None
        assert links.links_of(ADA) == []
        at(0)
        assert links.open_link(token) is None

    def test_open_link__does_not_follow_a_link_that_was_copied_under_another_hash(self, server):
        token, other = made(), made()
        folders = [server / "links" / links._hash(each) for each in (token, other)]
        shutil.copy(folders[0] / "link.json", folders[1] / "link.json")
        assert links.open_link(other) is None

    @pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"id": 3}', "\x00"])
    def test_open_link__opens_no_damaged_one(self, server, content):
        token = made()
        (server / "links" / links._hash(token) / "link.json").write_text(content)
        assert links.open_link(token) is None
        assert links.links_of(ADA) == []

    def test_open_link__takes_no_policy_that_would_begin_another_header(self, server):
        token = made()
        file = server / "links" / links._hash(token) / "link.json"
        file.write_text(
            json.dumps({**json.loads(file.read_text()), "policy": "a\r\nSet-Cookie: b"})
        )
        assert links.open_link(token) is None


class TestTakeBack:
    def test_take_back__closes_it_at_the_next_request(self, server):
        token = made()
        (link,) = links.links_of(ADA, run="run-1")
        links.take_back(link.id, owner=ADA)
        assert links.open_link(token) is None
        assert links.links_of(ADA) == []
        assert not any((server / "links").iterdir())

    @pytest.mark.parametrize("id", ["..", "", "0" * 64, "../people"])
    def test_take_back__refuses_what_is_no_link(self, id):
        with pytest.raises(OptionError, match="no such link"):
            links.take_back(id, owner=ADA)

    def test_take_back__is_for_its_owner_alone(self):
        token = made()
        (link,) = links.links_of(ADA)
        assert links.links_of(GRACE) == []
        with pytest.raises(OptionError, match="no such link"):
            links.take_back(link.id, owner=GRACE)
        assert links.open_link(token) is not None

    def test_take_back_every__is_of_one_person_and_names_who_asked(self):
        first, second, others = made(), made(run="run-2"), made(owner=GRACE)
        assert links.n_links() == {ADA.identifier: 2, GRACE.identifier: 1}
        links.take_back_every(ADA, by=GRACE)
        assert links.open_link(first) is links.open_link(second) is None
        assert links.open_link(others) is not None
        assert links.n_links() == {GRACE.identifier: 1}
        entries = [each for each in log.entries() if each.action == "link taken back"]
        assert {each.name for each in entries} == {"Grace"}
        assert all(each.subject.endswith(f" of {ADA.identifier}") for each in entries)

    def test_take_back_every__passes_over_links_that_are_gone_and_goes_on_after_a_failure(
        self, server, monkeypatch
    ):
        tokens = [made(run=f"run-{number}") for number in range(4)]
        folders = [server / "links" / links._hash(each) for each in tokens]
        rename, tried = os.rename, []

        def renamed(path, to):
            if path in folders:
                tried.append(path)
                if len(tried) == 1:
                    shutil.rmtree(path)  # another process is faster
                elif len(tried) == 2:
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            rename(path, to)

        monkeypatch.setattr(os, "rename", renamed)
        with pytest.raises(StorageError, match="you may not write there") as refused:
            links.take_back_every(ADA, by=GRACE)
        assert str(tried[1]) in str(refused.value)
        assert sorted(tried) == sorted(folders)
        assert [each.exists() for each in tried] == [False, True, False, False]
        assert [each.action for each in log.entries()].count("link taken back") == 2
        links.take_back_every(ADA, by=GRACE)
        assert links.links_of(ADA) == []

    def test_take_back_every__of_the_user_of_the_machine_names_whose_it_was(self):
        made(owner=Person("", "root"))
        links.take_back_every(Person(""), by=GRACE)
        assert list(log.entries())[-1].subject.endswith(" to run run-1 of the user of the machine")

    def test_take_back__of_a_link_that_another_process_deletes_meanwhile(self, server, monkeypatch):
        made()
        (link,) = links.links_of(ADA)
        monkeypatch.setattr(links, "_read", lambda _: link)
        shutil.rmtree(server / "links" / link.id)
        with pytest.raises(OptionError, match="no such link"):
            links.take_back(link.id, owner=ADA)
        assert [each.action for each in log.entries()] == ["link made"]

    def test_take_back_all__is_also_of_the_runs_inside(self):
        inside, other = made(run="run-1/precision"), made(run="run-10")
        links.take_back_all("run-1", owner=ADA)
        assert links.open_link(inside) is None
        assert links.open_link(other) is not None

    def test_take_back_all__is_of_one_run_of_one_person(self):
        gone, kept, others = made(), made(run="run-2"), made(owner=GRACE)
        links.take_back_all("run-1", owner=ADA)
        assert links.open_link(gone) is None
        assert links.open_link(kept)
        assert links.open_link(others)


class TestMakeLink:
    @pytest.mark.parametrize("days", [0, -1, 366, float("nan"), float("inf"), 1e300])
    def test_make_link__refuses_other_times(self, days):
        with pytest.raises(OptionError, match="1 to 365"):
            made(days=days)

    def test_make_link__refuses_too_many(self, monkeypatch):
        monkeypatch.setattr(links, "MOST_LINKS", 1)
        made()
        with pytest.raises(OptionError, match="Take some back"):
            made()
        made(owner=GRACE)

    def test_make_link__leaves_nothing_when_it_fails(self, server, monkeypatch):
        monkeypatch.setattr(links.atomic_write, "write_json", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made()
        assert not any((server / "links").iterdir())


def test_remove_expired__deletes_their_documents_and_keeps_the_others(server, at):
    short, long = made(days=1), made(days=30)
    at(2 * 86_400)
    assert links.remove_expired() == 1
    assert [each.action for each in log.entries()][-1] == "link expired"
    assert len(list((server / "links").iterdir())) == 1
    assert links.open_link(short) is None
    assert links.open_link(long) is not None


def test_remove_expired__of_a_server_without_links(server):
    assert links.remove_expired() == 0
