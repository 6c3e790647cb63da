from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from genie3_engine.jobs.record_kinds import require_kinds


@dataclass
class Record:
    name: str
    n: int = 0
    share: float | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    targets: tuple[float, ...] = ()
    other: complex = 0j


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "a", "n": 1, "share": 1, "seconds": {"a": 1}, "targets": [1, 2.5]},
        {"share": None, "other": "anything", "added later": [1]},
    ],
)
def test_require_kinds__takes_what_json_gives(values):
    require_kinds(Record, values)


@pytest.mark.parametrize(
    "values",
    [
        [],
        "a word",
        {"name": None},
        {"name": ["a"]},
        {"n": "1"},
        {"share": "half"},
        {"seconds": [1]},
        {"seconds": {"a": "b"}},
        {"targets": 3},
        {"targets": [None]},
    ],
)
def test_require_kinds__refuses_others(values):
    with pytest.raises(TypeError):
        require_kinds(Record, values)
