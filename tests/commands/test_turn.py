from __future__ import annotations

import os

from genie3_engine.commands.turn import ticket_for
from genie3_engine.jobs.queue import place_of, take_ticket, wait_for_turn
from genie3_engine.model import LayoutSpec
from tests.commands.command_line import QUICK, assert_one_line_error
from tests.simulated_networks import tiny_run


def test_ticket_for__one_person_takes_none(home, tmp_path):
    assert ticket_for(tiny_run(tmp_path / "run"), LayoutSpec()) is None
    assert not (home / "queue").exists()


def test_ticket_for__waits_where_limits_are_set(home, tmp_path, capsys):
    run = tiny_run(tmp_path / "run")
    (home / "limits.toml").write_text("[machine]\nruns = 2\ncores = 3\n")
    with wait_for_turn(take_ticket()):
        ticket = ticket_for(run, LayoutSpec(n_threads=3))
        assert "takes its turn" in capsys.readouterr().err
        assert "it takes 3, and jobs at work take 1 of 3" in place_of(run.path).reason
    os.close(ticket.descriptor)


def test_infer__heeds_the_limits_of_its_home(call, data, home, tmp_path):
    home.mkdir(exist_ok=True)
    (home / "limits.toml").write_text("[person]\ncores = 2\n")
    command = ("infer", data, "--out", tmp_path / "run", *QUICK)
    assert_one_line_error(call(*command, "--threads", "3"), "3 cores", "may use 2 here", code=1)
    code, _, err = call(*command, "--threads", "2", "--resume")
    assert (code, "takes its turn" in err) == (0, True)
