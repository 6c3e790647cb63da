"""Every kind of write on a disk that is full or broken: nothing is lost, and the error helps."""

from __future__ import annotations

import pytest

from genie3_engine.jobs import attempt
from genie3_engine.jobs.user_directory import SERVER_VARIABLE
from tools.faults.job_writes import job_writings
from tools.faults.writes import failures, prepare, writings

# Every which write fails, of what writes much or takes long; `bench_failing_writes.py` takes all.
STEPS = {"a run": 17, "a run with evidence": 151, "an import": 9, "an archive": 6, "a report": 4}
STEPS |= {"gene sets": 4, "an upload": 4, "an export": 3, "an export of Parquet": 4}
JOBS = {"a combination": 61, "a comparison": 141, "an experiment": 65}
STEPS |= JOBS
WRITINGS = (*writings(), *(each for each in job_writings() if each.name in JOBS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("failing") / "whole"
    place.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", "")
        patch.setenv(SERVER_VARIABLE, "")
        prepare(place)
    return place


@pytest.mark.slow(10)
@pytest.mark.parametrize("writing", WRITINGS, ids=lambda writing: writing.name)
def test_writing__survives_a_disk_that_refuses(writing, folder, monkeypatch):
    monkeypatch.setenv("GENIE3_HOME", "")
    monkeypatch.setenv(SERVER_VARIABLE, "")
    monkeypatch.setattr(attempt, "_LAST_PAUSE_SECONDS", 0.0)
    step = STEPS.get(writing.name, 1)
    found = list(failures(folder, writing, step=step, first=1 + step // 2))
    assert found
    assert not [each for each in found if each is not None]
