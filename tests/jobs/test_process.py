from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from genie3_engine.jobs.process import process, this_process


def test_owner__of_this_process_is_alive_and_here():
    assert this_process().is_alive
    assert this_process().is_here


def test_owner__is_dead_when_its_number_was_given_to_another():
    recycled = replace(this_process(), pid_started=this_process().pid_started - 60)
    assert not recycled.is_alive


def test_owner__is_dead_after_a_restart_of_the_machine():
    before = replace(this_process(), boot_id="another")
    assert before.is_here
    assert not before.is_alive


def test_owner__on_another_machine_is_not_here():
    afar = replace(this_process(), host="elsewhere", boot_id="another")
    assert not afar.is_here
    assert not afar.is_alive


def test_owner__that_nobody_named_is_not_alive():
    assert not replace(this_process(), pid=None).is_alive
    assert not replace(this_process(), pid_started=None).is_alive


def test_owner__that_left_a_zombie_is_dead():
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        owner = process(child.pid)
        assert owner.is_alive
        child.kill()
        child.stdin.close()
        while owner.is_alive:  # nobody has waited for it: it stays as a zombie
            pass
        assert process(child.pid).pid_started is None
