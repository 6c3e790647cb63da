from __future__ import annotations

import errno
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from genie3_engine.errors import LimitError, StorageError
from genie3_engine.jobs import queue
from genie3_engine.jobs.limits import FILE
from genie3_engine.jobs.queue import (
    FOLDER,
    Place,
    QueueTicket,
    held_ticket,
    place_of,
    take_ticket,
    wait_for_turn,
)
from genie3_engine.jobs.turns import Claim


class GaveUpError(Exception):
    """The queue did not move in as many looks as a test allows."""


def at_most(n_looks: int):
    looks = iter(range(n_looks))

    def pause() -> None:
        if next(looks, None) is None:
            raise GaveUpError

    return pause


def test_wait_for_turn__ends_immediately_when_no_one_waits(home):
    with wait_for_turn(take_ticket(), pause=at_most(0)) as is_mine:
        assert is_mine
    assert {path.name for path in (home / FOLDER).iterdir()} == {"lock", "turns.json"}


@pytest.mark.usefixtures("home")
def test_wait_for_turn__waits_while_another_runs():
    first, second = take_ticket(), take_ticket()
    with wait_for_turn(first), pytest.raises(GaveUpError), wait_for_turn(second, pause=at_most(3)):
        pass
    with wait_for_turn(take_ticket(), pause=at_most(0)) as is_mine:
        assert is_mine


@pytest.mark.usefixtures("home")
def test_wait_for_turn__waits_for_an_earlier_ticket_whose_process_has_not_come_yet():
    first, second = take_ticket(), take_ticket()
    with pytest.raises(GaveUpError), wait_for_turn(second, pause=at_most(3)):
        pass
    os.close(first.descriptor)


@pytest.mark.usefixtures("home")
def test_wait_for_turn__of_the_earliest_comes_first():
    tickets = [take_ticket() for _ in range(12)]
    assert sorted(ticket.path for ticket in tickets) == [ticket.path for ticket in tickets]
    for ticket in tickets:
        with wait_for_turn(ticket, pause=at_most(0)) as is_mine:
            assert is_mine


@pytest.mark.usefixtures("home")
def test_wait_for_turn__does_not_wait_for_a_ticket_whose_process_is_gone():
    gone = take_ticket()
    os.close(gone.descriptor)
    with wait_for_turn(take_ticket(), pause=at_most(0)) as is_mine:
        assert is_mine
    assert not gone.path.exists()


@pytest.mark.usefixtures("home")
def test_wait_for_turn__ends_when_a_stop_is_requested():
    with (
        wait_for_turn(take_ticket()),
        wait_for_turn(take_ticket(), should_stop=lambda: True) as is_mine,
    ):
        assert not is_mine


@pytest.mark.usefixtures("home")
def test_take_ticket__is_held_by_the_child_that_inherits_it():
    ticket = take_ticket()
    with subprocess.Popen(
        [sys.executable, "-S", "-c", "input()"],
        stdin=subprocess.PIPE,
        pass_fds=[ticket.descriptor],
    ) as child:
        os.close(ticket.descriptor)
        with pytest.raises(GaveUpError), wait_for_turn(take_ticket(), pause=at_most(3)):
            pass
        child.communicate(b"\n")
    with wait_for_turn(take_ticket(), pause=at_most(0)) as is_mine:
        assert is_mine


def test_take_ticket__says_when_the_home_may_not_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file, not a folder"):
        take_ticket(home_folder=tmp_path / "file")


def test_wait_for_turn__says_when_the_queue_is_gone(home, tmp_path):
    ticket = take_ticket()
    with (
        pytest.raises(StorageError),
        wait_for_turn(QueueTicket(tmp_path / "nowhere" / "t", ticket.descriptor)),
    ):
        pass
    assert Path(home).exists()


def test_held_ticket__ends_with_this_process(home):
    ticket = take_ticket()
    os.set_inheritable(ticket.descriptor, True)
    assert held_ticket([str(ticket.path), str(ticket.descriptor)]) == ticket
    assert not os.get_inheritable(ticket.descriptor)
    assert held_ticket(None) is None
    os.close(ticket.descriptor)


GB = 10**9


@pytest.fixture
def limit(home):
    """Write the limits of the server."""
    home.mkdir()
    return (home / FILE).write_text


@pytest.fixture
def ask(home):
    """Take a ticket for a person of the server; all tickets are given back at the end."""
    with ExitStack() as stack:

        def ask(person, job="", **asked):
            claim = Claim(job=job, **asked)
            ticket = take_ticket(claim, home_folder=home / "people" / person)
            stack.callback(ticket.path.unlink, missing_ok=True)
            return ticket

        yield ask


def begins(ticket):
    """Return whether a ticket has its turn now; it is given back either way."""
    try:
        with wait_for_turn(ticket, pause=at_most(0)) as is_mine:
            return is_mine
    except GaveUpError:
        return False


def served(home, tickets):
    """Return the jobs in the order in which they get their turns, one after the other."""
    left, order = dict(tickets), []
    while left:
        (job,) = [
            each
            for each in left
            if place_of(Path(each), home_folder=home / "people" / each[1]).is_next
        ]
        assert begins(left.pop(job))
        order.append(job)
    return order


def test_wait_for_turn__many_runs_of_one_person_do_not_delay_the_first_of_another(ask, home):
    with wait_for_turn(ask("a"), pause=at_most(0)) as is_mine:
        assert is_mine
        tickets = {f"/a{n}": ask("a", f"/a{n}") for n in range(1, 10)}
        tickets |= {job: ask(job[1], job) for job in ("/b1", "/b2", "/c1")}
    order = served(home, tickets)
    assert order[:6] == ["/b1", "/c1", "/a1", "/b2", "/a2", "/a3"]
    assert order[6:] == [f"/a{n}" for n in range(4, 10)]


def test_take_ticket__a_clock_that_jumps_changes_no_order(ask, monkeypatch):
    names = []
    for now in (2e9, 1e9, 0.0, 3e9):
        monkeypatch.setattr("time.time", lambda now=now: now)
        names.append(ask("a").path.name)
    assert sorted(names) == names


def test_take_ticket__after_one_of_an_earlier_version_waits_for_it(home):
    (home / FOLDER).mkdir(parents=True)
    earlier = home / FOLDER / "0001764528438.123456-0a1b2c3d.ticket"
    earlier.touch()
    mine = take_ticket()
    assert mine.path.name > "001764528438"
    with wait_for_turn(mine, pause=at_most(0)) as is_mine:
        assert is_mine  # nobody holds it
    assert not earlier.exists()


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"a": "x"}', "\0"])
def test_wait_for_turn__goes_on_where_the_record_of_turns_is_damaged(ask, home, damage):
    ticket = ask("a")
    (home / FOLDER / "turns.json").write_text(damage)
    (home / FOLDER / "000000000000-x.ticket").write_text(damage)
    assert begins(ticket)
    assert (home / FOLDER / "turns.json").read_text() == '{\n "a": 1\n}\n'


def test_wait_for_turn__goes_on_where_the_turns_cannot_be_recorded(ask, home):
    ticket = ask("a")
    (home / FOLDER / "turns.json").mkdir()
    assert begins(ticket)


def test_wait_for_turn__a_killed_job_at_work_gives_its_turn_back(ask, home):
    killed, next_one = ask("a", "/a1"), ask("b", "/b1")
    os.rename(killed.path, killed.path.with_suffix(".turn"))
    assert not begins(ask("b"))
    os.close(killed.descriptor)
    assert begins(next_one)
    assert not list((home / FOLDER).glob("*.turn"))


def test_wait_for_turn__jobs_are_at_work_together_as_far_as_cores_and_memory_suffice(ask, limit):
    limit('[machine]\nruns = 3\ncores = 8\nmemory = "32 GB"\n')
    with (
        wait_for_turn(ask("a", n_cores=4, memory_bytes=20 * GB), pause=at_most(0)),
        wait_for_turn(ask("a", n_cores=2, memory_bytes=10 * GB), pause=at_most(0)),
    ):
        large = ask("b", "large", n_cores=4, memory_bytes=1 * GB)
        assert not begins(ask("a", n_cores=1, memory_bytes=1 * GB))  # it does not overtake it
        assert not begins(large)
    assert begins(ask("b", n_cores=8, memory_bytes=32 * GB))


def test_wait_for_turn__a_persons_own_limit_lets_others_pass(ask, limit):
    limit("[machine]\nruns = 3\n[person]\nruns = 1\n")
    with wait_for_turn(ask("a"), pause=at_most(0)):
        held, other = ask("a", "/held"), ask("b")
        with wait_for_turn(other, pause=at_most(0)) as is_mine:
            assert is_mine
            assert not begins(held)


def test_wait_for_turn__a_small_job_does_not_overtake_a_large_one_of_the_same_person(ask, limit):
    limit('[machine]\nruns = 9\nmemory = "99 GB"\n[person]\nmemory = "32 GB"\n')
    with wait_for_turn(ask("a", memory_bytes=20 * GB), pause=at_most(0)):
        ask("a", memory_bytes=13 * GB)
        assert not begins(ask("a", memory_bytes=1 * GB))
        assert begins(ask("b", memory_bytes=32 * GB))


def test_take_ticket__refuses_what_the_limits_never_allow(ask, limit, home):
    limit('[person]\nwaiting = 2\ncores = 4\nmemory = "8 GB"\n')
    with pytest.raises(LimitError, match=r"up to 9.0 GB"):
        ask("a", memory_bytes=9 * GB)
    gone = ask("a")
    os.close(gone.descriptor)  # a killed process is not counted
    first, _ = ask("a"), ask("a")
    with pytest.raises(LimitError, match="2 jobs of yours wait already"):
        ask("a")
    ask("b")
    limit("[person")
    with pytest.raises(LimitError, match="cannot be read"):
        ask("a")
    assert begins(first)  # what was accepted goes on


def test_place_of__counts_jobs_and_names_nobody(ask, home):
    of = home / "people" / "b"
    with wait_for_turn(ask("a", "/a1"), pause=at_most(0)):
        tickets = [ask("a", "/a2"), ask("b", "/b1"), ask("b", "/b2"), ask("a", "/a3")]
        assert place_of(Path("/b1"), home_folder=of) == Place(0, 1, True)
        assert place_of(Path("/b2"), home_folder=of) == Place(1, 2, False)
        assert place_of(Path("/a1"), home_folder=home / "people" / "a") is None  # at work
    assert place_of(Path("/b1"), home_folder=of) == Place(0, 0, True)
    assert place_of(Path("/none")) is None
    for ticket in tickets:
        os.close(ticket.descriptor)
    assert place_of(Path("/b1"), home_folder=of) is None  # its process is gone


def test_place_of__gives_the_limit_that_it_waits_for(ask, limit, home):
    limit('[machine]\nruns = 3\nmemory = "32 GB"\n[person]\nruns = 1\n')
    with wait_for_turn(ask("a", memory_bytes=20 * GB), pause=at_most(0)):
        _, _ = ask("a", "/a2"), ask("b", "/b1", memory_bytes=13 * GB)
        assert "A person may have 1 job" in place_of(Path("/a2")).reason
        assert "may hold 20 GB of 32 GB" in place_of(Path("/b1")).reason


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(2, 0, is_next=False), "2 jobs are before it in the queue."),
        (Place(1, 0, is_next=True), "1 job is before it in the queue. It has the next turn."),
        (Place(1, 2, is_next=False), "1 job of yours and 2 jobs of others are before it in the"),
        (Place(0, 1, is_next=True, reason="Why."), "It has the next turn. Why."),
        (Place(0, 0, is_next=False), ""),
    ],
)
def test_place__words(place, words):
    assert words in place.words


def test_place_of__a_ticket_that_could_not_be_read_once_is_read_again(ask, home, monkeypatch):
    of = home / "people" / "b"
    ticket = ask("b", "/b1")
    queue._claim.cache_clear()

    def refuse(*_, **__):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patch:
        patch.setattr(queue, "open_stored", refuse)
        assert place_of(Path("/b1"), home_folder=of) is None
    assert place_of(Path("/b1"), home_folder=of) == Place(0, 0, True)
    os.close(ticket.descriptor)
