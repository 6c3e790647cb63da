"""Tests of the rough cost of a run."""

from __future__ import annotations

import pytest

from genie3_engine.data.quality import cost
from genie3_engine.data.quality.context import QualityContext
from tests.data.raws import logs, raw_of


def test_describe__names_time_and_memory():
    facts = {fact.name: fact.text for fact in cost.describe(QualityContext(raw_of(logs())))}
    assert "of one core" in facts["Time"]
    assert facts["Memory"].startswith("29 kB for the matrix")


def test_describe__takes_less_time_for_a_list_of_regulators():
    raw = raw_of(logs(300, 200))
    every, one = (
        next(cost.describe(QualityContext(raw, wanted=wanted))).text
        for wanted in (None, ("GENE1",))
    )
    assert every != one


@pytest.mark.parametrize(("limit", "n_findings"), [(8 * 30 * 120, 0), (8 * 30 * 120 - 1, 1)])
def test_too_large__is_a_problem_beyond_the_limit(limit, n_findings, monkeypatch):
    monkeypatch.setattr(cost, "MAX_DENSE_BYTES", limit)
    assert len(list(cost.too_large(QualityContext(raw_of(logs()))))) == n_findings
