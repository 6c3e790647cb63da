"""Tests of findings and of the diagnosis that they make."""

from __future__ import annotations

import json

from genie3_engine.data.quality.findings import Diagnosis, Fact, Finding, Severity

PROBLEM = Finding("x", Severity.PROBLEM, "It is so.", "It matters.", ("log1p",))
NOTE = Finding("y", Severity.NOTE, "It is so.", "It matters.")


def test_diagnosis__is_ready_without_problems():
    assert Diagnosis((), (NOTE,)).is_ready
    assert not Diagnosis((), (PROBLEM, NOTE)).is_ready
    assert Diagnosis((), (PROBLEM, NOTE)).of(Severity.NOTE) == (NOTE,)


def test_diagnosis__becomes_json():
    values = json.loads(json.dumps(Diagnosis((Fact("Shape", "2 x 2"),), (PROBLEM,)).to_dict()))
    assert values["facts"] == {"Shape": "2 x 2"}
    assert values["ready"] is False
    assert values["findings"][0]["fixes"] == ["log1p"]
