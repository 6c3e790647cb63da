from __future__ import annotations

import time
from pathlib import Path

from genie3_engine.commands.comparison_summary import status_facts
from genie3_engine.differential import ComparisonStatus
from genie3_engine.jobs.status import ErrorRecord
from genie3_engine.model import JobState


def test_status_facts__tell_how_far_it_is_and_why_it_ended():
    status = ComparisonStatus(
        JobState.FAILED,
        step="permuting",
        forests_done=10,
        forests_total=40,
        permutation=2,
        n_permutations=50,
        expected_end=time.time() + 100,
        error=ErrorRecord("storage", "The disk is full.", "Free some space."),
    )
    facts = status_facts(Path("x"), status)
    assert (facts["forests"], facts["permutation"]) == ("10 of 40", "2 of 50")
    assert facts["left"].startswith("1:")
    assert facts["because"] == "The disk is full. Free some space."
