"""Compare page: the networks of two finished runs."""

from __future__ import annotations

from genie3_engine import runs
from genie3_engine.model import JobState
from pages.compare import two_runs
from ui import cache, layout

layout.head("Compare", "What two networks have in common, and what only one of them has.")
done = [run for run in runs.with_members(cache.history()) if run.status.state is JobState.DONE]
two_runs.show(done)
