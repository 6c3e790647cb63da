"""Run the examples in the docstrings of the engine."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for path in sorted((ROOT / "genie3_engine").rglob("*.py"))
    if "    >>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples__give_what_they_show(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed
