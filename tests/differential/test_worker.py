from __future__ import annotations

import pickle
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import differential
from genie3_engine.differential import Comparison, forest_growth, of_column, worker
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import OBSERVING, PERMUTING, REFINING
from genie3_engine.differential.task_folder import ComparisonTask
from genie3_engine.errors import InputError, RunInterruptedError
from genie3_engine.inference.layout import infer_targets
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.atomic_write import read_json
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.locks import FolderLock
from genie3_engine.jobs.queue import take_ticket
from genie3_engine.model import JobState, LayoutSpec
from genie3_engine.store.parts import iter_parts
from tests.differential.two_groups import N_REGULATORS, stored, two_groups
from tests.waiting import wait_until

RESULTS = ("changes.parquet", "targets.parquet", "regulators.parquet")


@pytest.fixture(scope="module")
def many_links(tmp_path_factory):
    """A comparison of so many links that some are promising, and what it found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", str(tmp_path_factory.mktemp("home")))
        folder = differential.create(refining_spec())
        worker.run(folder)
        yield refining_spec(), content(folder), Comparison.open(folder)


def refining_spec():
    choices = differential.Choices(
        n_permutations=20, n_more=3, top=50, layout=LayoutSpec(n_threads=2)
    )
    regulators = [f"g{number:02d}" for number in range(N_REGULATORS)]
    spec = of_column(
        stored(two_groups(40, n_genes=18)), "state", ("well", "ill"), choices, regulators=regulators
    )
    return replace(spec, forest=replace(spec.forest, n_trees=20))


def content(folder):
    return [(folder / name).read_bytes() for name in RESULTS]


def stop_after(n):
    """Return a function that asks for a stop when it is called for the n-th time."""
    calls = iter(range(n))
    return lambda: next(calls, None) is None


def test_run__finds_the_link_that_changed(folder, spec):
    status = worker.run(folder)
    assert (status.state, status.forests_done, status.n_links) == (JobState.DONE, 220, 15)
    comparison = Comparison.open(folder)
    changes, targets = comparison.changes(), comparison.targets()
    first = changes.iloc[:2]
    assert set(first.target) == {"g04"}
    assert set(zip(first.regulator, first.change, strict=True)) == {
        ("g00", "lost"),
        ("g01", "gained"),
    }
    assert np.allclose(changes.importance_2 - changes.importance_1, changes.difference)
    assert changes.rank_by_z.tolist() == list(range(1, 16))
    assert (changes.z.abs().diff().dropna() <= 0).all()
    assert targets.target.tolist() == sorted(targets.target)
    assert targets.loc[targets.rewiring.idxmax(), "target"] == "g04"
    assert (comparison.regulators()[["n_gained", "n_lost", "n_kept"]].sum() >= [1, 1, 5]).all()
    assert comparison.about["n_permutations"] == spec.n_permutations
    assert (comparison.labels, comparison.n_samples) == (("well", "ill"), (24, 24))
    assert "24 samples" in comparison.notes[0]


def test_run__leaves_only_results_and_runs_no_second_time(folder):
    worker.run(folder)
    names = {path.name for path in folder.iterdir()}
    assert names == {*RESULTS, "comparison.json", "status.json", "timings.json", "log.txt", "lock"}
    before = content(folder)
    assert worker.run(folder).forests_done == 220
    assert content(folder) == before


def test_run__permutes_more_for_targets_with_promising_links(many_links):
    _, _, comparison = many_links
    assert 0 < comparison.about["n_refined_targets"] < 18
    assert comparison.changes().p.min() < 0.01


@pytest.mark.parametrize("step", [OBSERVING, PERMUTING, REFINING])
def test_run__that_was_stopped_anywhere_resumes_to_the_same_bytes(many_links, home, step):
    spec, expected, _ = many_links
    refining_spec()  # stores the data in this home
    folder = differential.create(spec)
    steps = []

    def note(status):
        steps.append((status.step, status.forests_done > status.forests_found))

    def should_stop():
        return (step, True) in steps

    with pytest.raises(RunInterruptedError):
        worker.run(folder, on_progress=note, should_stop=should_stop)
    assert differential.status(folder).state is JobState.CANCELLED
    for part in sorted((folder / "parts").glob("*.parquet"))[-1:]:  # as if it was killed
        part.unlink()
    status = worker.run(folder, layout=LayoutSpec(n_threads=1))
    assert status.state is JobState.DONE
    assert content(folder) == expected


def test_run__has_the_same_bytes_from_what_reaches_another_process(many_links, home, monkeypatch):
    spec, expected, _ = many_links
    refining_spec()
    folder = differential.create(spec)

    def infer_elsewhere(plan, **options):
        return infer_targets(pickle.loads(pickle.dumps(plan)), **options)

    monkeypatch.setattr(forest_growth, "infer_targets", infer_elsewhere)
    worker.run(folder)
    assert content(folder) == expected


def test_run__of_swapped_groups_flips_every_sign_and_keeps_every_p(many_links, home):
    spec, _, comparison = many_links
    refining_spec()
    folder = differential.create(replace(spec, first=spec.second, second=spec.first))
    worker.run(folder)
    links = ["regulator", "target"]
    here = comparison.changes().set_index(links).sort_index()
    there = Comparison.open(folder).changes().set_index(links).sort_index()
    for column in ("p", "q", "rank_by_z", "rank_by_correlation"):
        assert here[column].equals(there[column])
    for column in ("difference", "z", "fisher_z"):
        assert here[column].equals(-there[column])
    flips = {"gained": "lost", "lost": "gained"}
    assert here.change.astype(str).tolist() == [
        flips.get(change, change) for change in there.change.astype(str)
    ]


def test_run__without_any_link_fails_in_words(home, choices):
    flat = two_groups()
    expression = replace(flat, values=np.ones_like(flat.values))
    folder = differential.create(of_column(stored(expression), "state", (), choices))
    with pytest.raises(InputError, match="Neither network has a link"):
        worker.run(folder)
    assert differential.status(folder).error.remedy.startswith("Check that the genes vary")


def test_run__waits_for_its_turn(folder):
    steps = []
    ticket = take_ticket()
    worker.run(folder, ticket=ticket, on_progress=lambda status: steps.append(status.step))
    assert steps[:2] == ["waiting", "reading"]
    assert not ticket.path.exists()


@pytest.mark.slow(5)
def test_background__computes_a_comparison(spec):
    folder = differential.start(spec)
    comparison = ComparisonFolder.open(folder)
    wait_until(
        lambda: not (lifecycle.reconcile(comparison).state.is_live or comparison.is_locked),
        shown=lambda: (lifecycle.reconcile(comparison), comparison.log_tail(20)),
    )
    assert differential.status(folder).state is JobState.DONE
    assert len(Comparison.open(folder).changes()) == 15


def run_tasks(folder, n_tasks, **options):
    """Run each task once, in order, and return for which step each of them waits."""
    names = [TaskName(index, n_tasks) for index in range(n_tasks)]
    return [worker.run(folder, task=name, **options).pending for name in names]


def test_run__in_three_tasks_that_are_killed_has_the_same_bytes(many_links, home):
    spec, expected, _ = many_links
    refining_spec()
    folder = differential.create(spec)
    assert run_tasks(folder, 3) == [OBSERVING, OBSERVING, PERMUTING]
    with pytest.raises(RunInterruptedError):
        worker.run(folder, task=TaskName(0, 3), should_stop=stop_after(3))
    assert differential.status(folder).state is JobState.QUEUED
    last = max((folder / "parts").glob("part-0000-of-0003-*"))
    last.write_bytes(b"PAR1")  # as a disk may leave it
    assert run_tasks(folder, 3) == [PERMUTING, "", ""]
    task = ComparisonTask.of(ComparisonFolder.open(folder), TaskName(0, 3))
    seconds = read_json(task.path / "timings.json")["seconds"]  # of all its attempts
    assert seconds["total"] > seconds["permuting"] > 0
    status = worker.run(folder)
    assert status.forests_found == status.forests_done == status.forests_total
    assert content(folder) == expected
    assert worker.run(folder, task=TaskName(0, 3)).state is JobState.DONE


def test_run__in_other_tasks_than_before_goes_on_and_has_the_same_bytes(many_links, home):
    spec, expected, _ = many_links
    refining_spec()
    folder = differential.create(spec)
    run_tasks(folder, 3)
    assert run_tasks(folder, 4) == [PERMUTING, PERMUTING, PERMUTING, REFINING]
    worker.run(folder)  # grows what no task has
    assert content(folder) == expected


def test_run__of_two_attempts_at_a_task_at_once_has_the_same_bytes(many_links, home, monkeypatch):
    """A scheduler may begin a task again while the node of its first attempt is only silent."""
    spec, expected, _ = many_links
    refining_spec()
    folder = differential.create(spec)
    monkeypatch.setattr(
        ComparisonTask, "lock", lambda self, **_: nullcontext(FolderLock(self.path))
    )
    run_tasks(folder, 2)
    steps = []

    def attempt_again(status):
        steps.append(status.step)
        if steps.count(PERMUTING) == 3:
            worker.run(folder, task=TaskName(0, 2))

    worker.run(folder, task=TaskName(0, 2), on_progress=attempt_again)
    numbers = [
        row.target
        for part in iter_parts(folder / "parts", ComparisonFolder.open(folder).spec.result_key)
        for row in part.targets
    ]
    assert len(numbers) > len(set(numbers))
    worker.run(folder)
    assert content(folder) == expected
