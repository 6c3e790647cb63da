from __future__ import annotations

from types import SimpleNamespace

import pytest

from genie3_engine import runs, worker
from genie3_engine.errors import RunError
from genie3_engine.launchers.base import NOT_DONE
from genie3_engine.runs import collection
from genie3_engine.store.links import RankedLinks
from tests.simulated_networks import tiny_run


@pytest.fixture
def elsewhere(monkeypatch):
    """Let all runs be at a launcher that refuses to collect a result, with this code."""

    def refuse(code):
        def collect(run):
            raise RunError("No.", "Wait.", code=code)

        launcher = SimpleNamespace(collect=collect, collect_partial=lambda run: (3, 8))
        monkeypatch.setattr(collection, "launcher_of", lambda run, home: launcher)

    return refuse


def test_collect__of_a_run_that_is_done_has_all_targets(home, tmp_path):
    run = tiny_run(tmp_path / "run").path
    worker.run(run)
    assert runs.collect(run) == (8, 8)


def test_collect__before_the_end_brings_the_parts(tmp_path, elsewhere):
    elsewhere(NOT_DONE)
    assert runs.collect(tmp_path) == (3, 8)


def test_collect__passes_other_errors_on(tmp_path, elsewhere):
    elsewhere("run")
    with pytest.raises(RunError, match="No"):
        runs.collect(tmp_path)


def test_partial_links__rank_the_parts_that_are_here(home, tmp_path):
    folder = tiny_run(tmp_path / "run")
    assert runs.partial_links(folder.path) is None
    worker.run(folder.path, parts_only=True)
    partial = RankedLinks(runs.partial_links(folder.path))
    targets = {link["target"] for batch in partial.batches(0, 999) for link in batch.to_pylist()}
    assert targets == set(folder.finished_targets())
