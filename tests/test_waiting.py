"""Rules for waits: one limit for all tests, which only a hang reaches."""

from __future__ import annotations

import ast
import itertools

import pytest

from tests import waiting
from tests.conftest import ROOT
from tests.waiting import growing_patience, wait_until

LIMITS = {"timeout", "default_timeout"}
APP_TESTS = {"from_file", "from_function", "from_string"}


def test_wait_until__returns_the_first_true_answer():
    answers = iter([0, None, 7])
    assert wait_until(lambda: next(answers)) == 7


def test_wait_until__shows_what_was_there_at_the_limit(monkeypatch):
    monkeypatch.setattr(waiting, "HANG_SECONDS", 0.0)
    with pytest.raises(AssertionError, match="still nothing"):
        wait_until(lambda: False, shown=lambda: "still nothing")


def test_growing_patience__doubles():
    first, second = itertools.islice(growing_patience(), 2)
    assert second == 2 * first


def places_without_the_limit(source: str) -> list[int]:
    """Return the lines of calls with a time limit of their own, and of page tests without one."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    short = [
        call.lineno
        for call in calls
        for keyword in call.keywords
        if keyword.arg in LIMITS and isinstance(keyword.value, ast.Constant)
    ]
    unlimited = [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in APP_TESTS
        and getattr(call.func.value, "id", "") == "AppTest"
        and not any(keyword.arg == "default_timeout" for keyword in call.keywords)
    ]
    return short + unlimited


def test_no_test__has_a_limit_of_its_own():
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (lines := places_without_the_limit(path.read_text("utf-8")))
    }
    assert found == {}
    assert places_without_the_limit("wait(timeout=1)\nAppTest.from_file(path)") == [1, 2]
