"""Corrections of Streamlit's behaviour.

A live part of a page asks for itself again each second. When the server leaves for another page
while such a request is under way, Streamlit 1.67 takes it for a return: it tells the browser that
the old page is shown, the browser drops what it has, and the next live part finds nothing to write
into ("Bad delta path"). A request for a part that no longer exists is left out here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_MARK = "leaves_out_stale_fragments"


def ignore_stale_fragments() -> None:
    """Let every session of this server leave such requests out; once is enough."""
    run_script = ScriptRunner._run_script
    if hasattr(run_script, _MARK):
        return

    @wraps(run_script)
    def _run_script(self: ScriptRunner, rerun_data: RerunData) -> None:
        asked = rerun_data.fragment_id_queue
        there = [each for each in asked if self._fragment_storage.contains(each)]
        if asked and not there:
            return
        if len(there) < len(asked):
            rerun_data = replace(rerun_data, fragment_id_queue=there)
        run_script(self, rerun_data)

    setattr(_run_script, _MARK, True)
    ScriptRunner._run_script = _run_script  # type: ignore[method-assign]
