from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import differential
from genie3_engine.differential import worker
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.errors import InputError, RunError, StorageError
from genie3_engine.jobs import lifecycle, user_directory
from genie3_engine.jobs.process import ProcessId, boot_id, this_process
from genie3_engine.model import JobState
from genie3_engine.people import Person, group, homes
from genie3_engine.people.group import Shared
from genie3_engine.people.person import identifier_of
from tests.differential.two_groups import stored, two_groups

GONE = ProcessId(2**22 + 1, 1.0, boot_id(), this_process().host)


def test_create__refuses_another_comparison_and_resumes_this(spec, tmp_path):
    folder = differential.create(spec, tmp_path / "mine")
    with pytest.raises(RunError, match="holds this very comparison already"):
        differential.create(spec, folder)
    assert differential.create(replace(spec, name="x"), folder, resume=True) == folder
    with pytest.raises(RunError, match=r"top differs \(12 there, 9 here\)"):
        differential.create(replace(spec, top=9), folder, resume=True)


def test_create__refuses_to_resume_after_labels_of_samples_were_corrected(spec, tmp_path):
    folder = differential.create(spec, tmp_path / "mine")
    groups = two_groups()
    state = ("ill", *groups.annotations["state"][1:])
    stored(replace(groups, annotations={"state": state}))
    with pytest.raises(RunError, match=r"the labels of its samples \(state\) were corrected"):
        differential.create(spec, folder, resume=True)
    with pytest.raises(RunError, match="have changed"):
        worker.run(folder)


def test_create__makes_no_folder_for_groups_that_cannot_be_compared(spec, tmp_path):
    few = replace(spec, first=replace(spec.first, column="patient", value="p0"))
    with pytest.raises(InputError):
        differential.create(few, tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_create__counts_two_forests_for_each_target_and_labelling(folder, spec):
    now = differential.status(folder)
    assert (now.state, now.forests_total) == (JobState.QUEUED, 2 * 10 * (1 + spec.n_permutations))


def test_start__leaves_no_folder_where_no_process_starts(spec, monkeypatch):
    def refuse(job, **options):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(lifecycle, "start_in_queue", refuse)
    with pytest.raises(StorageError):
        differential.start(spec)
    assert differential.history() == []


def test_status__is_lost_when_the_process_is_gone(folder):
    comparison = ComparisonFolder.open(folder)
    comparison.write_status(replace(comparison.read_status(), state=JobState.RUNNING, owner=GONE))
    assert differential.status(folder).state is JobState.LOST


def test_history__is_newest_first_without_damaged_ones(folder, spec):
    second = differential.create(replace(spec, name="second"))
    broken = folder.with_name("broken")
    broken.mkdir()
    (broken / "comparison.json").write_text("{")
    found = differential.history()
    assert [each.id for each in found] == [second.name, folder.name]
    assert [each.spec.title for each in found] == ["second", "well and ill"]


def test_delete__removes_a_comparison_that_is_not_live(folder):
    differential.delete(folder)
    assert differential.history() == []


def test_delete__shares_a_comparison_no_longer(folder, home, monkeypatch):
    ada = Person(identifier_of("https://login", "Ada"), "Ada")
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    own = homes.prepare_home(ada)
    (own / "comparisons").mkdir()
    folder = folder.rename(own / "comparisons" / folder.name)
    item = Shared("comparisons", folder.name)
    group.share(item, owner=ada)
    with user_directory.at_home(own):
        differential.delete(folder)
    assert not group.is_shared(item, owner=ada)
    assert not (group.group_home() / str(item)).is_symlink()
