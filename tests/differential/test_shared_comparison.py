from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.differential import worker
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import OBSERVING, PERMUTING, REFINING
from genie3_engine.differential.shared_comparison import SharedComparison, as_comparison
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.tasks.hosts import WAITING, read_hosts
from genie3_engine.model import JobState, LayoutSpec


@pytest.fixture
def job(folder):
    job = open_shared(folder)
    assert isinstance(job, SharedComparison)
    return job


def test_status__counts_forests_as_targets(job, folder):
    now = job.read_status()
    assert (now.state, now.targets_done, now.targets_total) == (JobState.QUEUED, 0, 220)
    job.write_status(replace(now, state=JobState.RUNNING, step="permuting", targets_done=7))
    stored = ComparisonFolder.open(folder).read_status()
    assert (stored.state, stored.forests_done) == (JobState.RUNNING, 7)
    assert as_comparison(stored, job.read_status()) == stored


def test_cargo__holds_no_name_of_a_group_or_a_sample(job, spec):
    cargo = job.cargo(None)
    texts = [each.content for each in cargo.settings]
    texts += [each.content.read_bytes() for each in cargo.data if each.name.endswith("json")]
    assert len(texts) == 2
    for name in (b"well", b"ill", b"two groups", b"s001", spec.first.dataset.encode()):
        assert not any(name in text for text in texts)


def test_compute__says_whether_it_has_found_what_the_steps_before_leave(job, folder):
    assert job.n_steps == 3
    assert job.n_targets(None) == 10
    layout, first = LayoutSpec(n_threads=1), TaskName(0, 2)
    assert job.compute(task=first, layout=layout)
    assert not job.compute(task=first, layout=layout, step=1)
    number = job.n_parts(first)
    assert job.compute(task=TaskName(1, 2), layout=layout)
    assert job.task(TaskName(1, 2)).read_status().pending == PERMUTING
    assert job.n_here() == 20  # no permutation yet, though it is possible
    assert job.n_parts(first) == number
    assert job.n_parts(first) == len(list((folder / "parts").glob("part-0000-of-0002-*"))) > 0
    assert job.task(first).read_status().pending == OBSERVING
    waiting, _ = read_hosts(folder, 2)
    assert (waiting.state, waiting.step, waiting.targets_done) == (JobState.QUEUED, WAITING, 10)
    assert waiting.timings["seconds"]["total"] > 0
    for index in range(2):
        assert job.compute(task=TaskName(index, 2), layout=layout, step=1)
    assert job.n_here() == 220
    assert job.task(TaskName(1, 2)).read_status().pending in ("", REFINING)
    assert not job.has_result
    job.compute(layout=layout)
    assert job.has_result


def test_finish__names_what_is_missing_and_writes_the_results_at_the_end(job, folder):
    assert job.finish(None) == f"{OBSERVING}: 20 forests"
    for index in range(2):
        worker.run(folder, task=TaskName(index, 2))
    assert job.finish(None) == f"{PERMUTING}: 100 forests"
    assert job.n_here() == 120
    worker.run(folder, task=TaskName(0, 2))
    assert job.finish(None) == ""
    assert job.has_result
    assert job.read_status().state is JobState.DONE
