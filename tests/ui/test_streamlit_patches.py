from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from ui.streamlit_patches import ignore_stale_fragments


@dataclass
class Runner:
    _fragment_storage: MemoryFragmentStorage = field(default_factory=MemoryFragmentStorage)


@pytest.fixture
def ran(monkeypatch):
    """What reaches the real run of the script."""
    reached = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda self, data: reached.append(data))
    ignore_stale_fragments()
    ignore_stale_fragments()
    return reached


@pytest.mark.parametrize(
    ("asked", "reaches"),
    [([], [[]]), (["old"], []), (["here"], [["here"]]), (["old", "here"], [["here"]])],
)
def test_ignore_stale_fragments__leaves_out_what_no_longer_exists(ran, asked, reaches):
    runner = Runner()
    runner._fragment_storage.register("here", lambda: None)
    ScriptRunner._run_script(runner, RerunData(fragment_id_queue=asked))
    assert [data.fragment_id_queue for data in ran] == reaches
