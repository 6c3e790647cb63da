from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs.queue import FOLDER, QueueTicket, held_ticket, take_ticket, wait_for_turn


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
    assert [path.name for path in (home / FOLDER).iterdir()] == ["running"]


@pytest.mark.usefixtures("home")
def test_wait_for_turn__waits_while_another_runs():
    first, second = take_ticket(), take_ticket()
    with wait_for_turn(first), pytest.raises(GaveUpError), wait_for_turn(second, pause=at_most(3)):
        pass
    with wait_for_turn(take_ticket(), pause=at_most(0)) as is_mine:
        assert is_mine


@pytest.mark.usefixtures("home")
def test_wait_for_turn__waits_for_an_earlier_ticket_whose_process_has_not_come_yet():
    first, second = take_ticket(now=100.0), take_ticket(now=100.5)
    with pytest.raises(GaveUpError), wait_for_turn(second, pause=at_most(3)):
        pass
    os.close(first.descriptor)


@pytest.mark.usefixtures("home")
def test_wait_for_turn__of_the_earliest_comes_first():
    tickets = [take_ticket(now=now) for now in (9.0, 10.0, 1000.0)]
    assert sorted(ticket.path for ticket in tickets) == [ticket.path for ticket in tickets]
    for ticket in tickets:
        with wait_for_turn(ticket, pause=at_most(0)) as is_mine:
            assert is_mine


@pytest.mark.usefixtures("home")
def test_wait_for_turn__does_not_wait_for_a_ticket_whose_process_is_gone():
    gone = take_ticket(now=1.0)
    os.close(gone.descriptor)
    with wait_for_turn(take_ticket(now=2.0), pause=at_most(0)) as is_mine:
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
    ticket = take_ticket(now=1.0)
    with subprocess.Popen(
        [sys.executable, "-S", "-c", "input()"],
        stdin=subprocess.PIPE,
        pass_fds=[ticket.descriptor],
    ) as child:
        os.close(ticket.descriptor)
        with pytest.raises(GaveUpError), wait_for_turn(take_ticket(now=2.0), pause=at_most(3)):
            pass
        child.communicate(b"\n")
    with wait_for_turn(take_ticket(now=3.0), pause=at_most(0)) as is_mine:
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
