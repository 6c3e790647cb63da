from __future__ import annotations

import threading

import pytest

from genie3_engine.launchers.slurm import queue as queues
from genie3_engine.launchers.slurm.errors import UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.queue import Queue
from genie3_engine.launchers.slurm.rows import Row
from tests.waiting import wait_until

ROWS = tuple(Row("7", task, "RUNNING") for task in range(1000))


class Question:
    """Counts how often Slurm is asked; it answers when it may."""

    def __init__(self, answer=ROWS):
        self.n_asked = 0
        self.answer = answer
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self):
        self.n_asked += 1
        self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def clock(monkeypatch):
    """Return a list with the time, which stands still unless a test moves it."""
    now = [1000.0]
    monkeypatch.setattr(queues.time, "monotonic", lambda: now[0])
    return now


def test_look__asks_once_for_all_runs_in_ten_seconds(clock):
    question = Question()
    queue = Queue(question=question)
    wait_until(lambda: queue.look().rows == ROWS)
    for _ in range(100):
        queue.look()
    clock[0] += 9.9
    queue.look()
    assert question.n_asked == 1
    clock[0] += 0.2
    wait_until(lambda: queue.look() and question.n_asked == 2)


def test_look__never_waits_for_an_answer(monkeypatch):
    monkeypatch.setattr(queues, "FIRST_WAIT_SECONDS", 0.0)
    question = Question()
    question.may_answer.clear()
    queue = Queue(question=question)
    try:
        assert queue.look().asked == 0
        wait_until(lambda: question.n_asked)
        assert queue.look().rows == ()
    finally:
        question.may_answer.set()
    wait_until(lambda: queue.look().rows == ROWS)
    assert question.n_asked == 1


def test_look__keeps_the_last_answer_when_slurm_refuses(clock):
    question = Question()
    queue = Queue(question=question)
    before = queue.ask()
    question.answer = SlurmError("Slurm cannot be asked: away.", "Wait.", code=UNREACHABLE)
    clock[0] += 11
    refused = wait_until(lambda: queue.look() if queue.look().refusal else None)
    assert (refused.rows, refused.asked) == (before.rows, before.asked)
    assert refused.refusal.code == UNREACHABLE
    n_asked = question.n_asked
    clock[0] += 29
    queue.look()
    assert question.n_asked == n_asked
    question.answer = ()
    clock[0] += 2
    wait_until(lambda: queue.look().refusal is None)
    assert queue.look().rows == ()


def test_expire__has_the_next_look_ask(clock):
    question = Question()
    queue = Queue(question=question)
    wait_until(lambda: queue.look().rows)
    assert question.n_asked == 1
    queue.expire()
    wait_until(lambda: queue.look() and question.n_asked == 2)


def test_look__asks_again_after_a_question_that_broke(clock, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda about: None)
    question = Question(ValueError("not foreseen"))
    queue = Queue(question=question)
    queue.look()
    question.answer = ROWS
    clock[0] += 11
    wait_until(lambda: queue.look().rows == ROWS)


def test_ask_queue__asks_for_all_jobs_of_the_user_at_once(monkeypatch):
    asked = []

    def ask(*command):
        asked.append(command)
        return "7|0|RUNNING|1699990000|None|node1|1700000000\n8|N/A|PENDING|N/A|Dependency||N/A\n"

    monkeypatch.setattr(queues, "ask", ask)
    monkeypatch.setattr(queues, "require_controller", lambda: None)
    monkeypatch.setattr(queues, "cluster_name", lambda: "mine")
    rows = queues.ask_queue()
    assert [(row.job, row.task, row.state) for row in rows] == [
        ("7", 0, "RUNNING"),
        ("8", None, "PENDING"),
    ]
    [command] = asked
    assert command[0] == "squeue"
    assert "-t" in command
