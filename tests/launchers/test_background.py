from __future__ import annotations

import threading

from genie3_engine.launchers import background


def test_begin__does_one_thing_at_a_time_for_a_run(tmp_path):
    may_end, acts = threading.Event(), []

    def act():
        acts.append(1)
        may_end.wait()

    for _ in range(3):
        background.begin(tmp_path, act)
    may_end.set()
    background.wait(tmp_path)
    assert acts == [1]


def test_begin__logs_an_error_and_allows_the_next_attempt(tmp_path, caplog):
    background.begin(tmp_path, lambda: 1 / 0)
    background.wait()
    assert "could not be collected" in caplog.text
    acts = []
    background.begin(tmp_path, lambda: acts.append(1))
    background.wait()
    assert acts == [1]
