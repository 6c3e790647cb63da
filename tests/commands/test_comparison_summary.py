from __future__ import annotations

import json
import re
import time
from pathlib import Path

from genie3_engine.commands.comparison_summary import print_status
from genie3_engine.differential import ComparisonStatus
from genie3_engine.jobs.status import ErrorRecord
from genie3_engine.model import JobState


def test_status__tells_how_far_it_is_and_why_it_ended(capsys):
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
    print_status(Path("x"), status, as_json=False)
    text = capsys.readouterr().out
    assert re.search(r"^forests +10 of 40$", text, re.M)
    assert re.search(r"^permutation +2 of 50$", text, re.M)
    assert re.search(r"^left +1:", text, re.M)
    assert re.search(r"^because +The disk is full. Free some space.$", text, re.M)
    print_status(Path("x"), status, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["forests_done"], found["error"]["code"]) == (10, "storage")
