"""Tests of engines that are built when they are needed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from genie3_engine.inference.engine_pool import EnginePool
from tests.waiting import HANG_SECONDS


def test_use__builds_an_engine_once_while_it_is_held():
    pool, built = EnginePool(), []
    for key in (0, 0, 1, 0, 1):
        with pool.use(key, lambda key: built.append(key) or f"engine {key}") as engine:
            assert engine == f"engine {key}"
    assert built == [0, 1]


def test_use__drops_the_unused_engine_of_the_smallest_key():
    pool, built = EnginePool(), []
    for key in (1, 0, 2, 1, 0):
        with pool.use(key, lambda key: built.append(key) or "engine"):
            pass
    assert built == [1, 0, 2, 0]


def test_use__waits_until_one_of_two_engines_is_free():
    pool, begun = EnginePool(), threading.Event()

    def third():
        begun.set()
        with pool.use(2, lambda key: "third") as engine:
            return engine

    with ThreadPoolExecutor(1) as threads, pool.use(0, lambda key: "first"):
        with pool.use(1, lambda key: "second"):
            waiting = threads.submit(third)
            begun.wait(HANG_SECONDS)
            assert not waiting.done()
        assert waiting.result(HANG_SECONDS) == "third"


def test_use__lets_others_go_on_when_an_engine_cannot_be_built():
    pool = EnginePool()
    with pytest.raises(ZeroDivisionError), pool.use(0, lambda key: 1 // key):
        pass
    with pool.use(0, lambda key: "engine") as engine:
        assert engine == "engine"
