from __future__ import annotations

import errno
import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genie3_engine import worker
from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import write_genes
from genie3_engine.datasets.store import dataset_folder, open_dataset
from genie3_engine.errors import Genie3Error, RunError, RunInterruptedError, StorageError
from genie3_engine.inference import layout
from genie3_engine.jobs import atomic_write, attempt
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.locks import FolderLock
from genie3_engine.jobs.queue import take_ticket, wait_for_turn
from genie3_engine.model import COMPILED, JobState, LayoutSpec
from genie3_engine.store import run_reporter
from genie3_engine.store.merge import merge_runs
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.task_folder import TaskFolder, task_folders
from tests.data.raws import sparse
from tests.simulated_networks import tiny_expression, tiny_run
from tests.tiny_evidence import judged_run, use_tiny_evidence
from tests.waiting import HANG_SECONDS, wait_until

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def whole(tmp_path):
    """The bytes of the network that nothing has disturbed."""
    run = tiny_run(tmp_path / "whole")
    worker.run(run.path)
    return run.links_path.read_bytes()


def stop_after(n_targets, monkeypatch):
    """Ask for a stop once so many targets are computed."""
    monkeypatch.setattr(run_reporter, "_PROGRESS_SECONDS", 0.0)
    seen = []

    def on_progress(status):
        seen.append(status.targets_done)

    return {"on_progress": on_progress, "should_stop": lambda: bool(seen) and seen[-1] >= n_targets}


def test_run__keeps_its_turn_until_its_end_is_written(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    first, second = take_ticket(), take_ticket()
    states = []

    def look():
        with wait_for_turn(second, pause=lambda: time.sleep(1e-4)) as is_mine:
            states.extend([is_mine, run.read_status().state])

    next_one = threading.Thread(target=look)
    next_one.start()
    worker.run(run.path, ticket=first)
    next_one.join(HANG_SECONDS)
    assert states == [True, JobState.DONE]


def test_run__computes_ranks_and_says_how_it_went(tmp_path):
    run = tiny_run(tmp_path / "run")
    seen = []
    status = worker.run(run.path, on_progress=seen.append)
    assert status == run.read_status()
    assert (status.state, status.targets_done, status.targets_total) == (JobState.DONE, 8, 8)
    assert status.error is None
    assert status.created <= status.started <= status.ended == status.heartbeat
    assert run.has_result
    assert not run.parts_folder.exists()
    steps = [step for step, _ in itertools.groupby(each.step for each in seen)]
    assert steps == ["reading", "preparing", "computing", "writing"]
    assert seen[-1].targets_done == 8
    log = run.log_path.read_text()
    assert "Trees per target: 2" in log
    assert "links." in log


def test_run__says_where_the_time_went(tmp_path):
    run = tiny_run(tmp_path / "run")
    worker.run(run.path, starting_seconds=100.0)
    timings = run.read_timings()
    seconds = timings["seconds"]
    assert set(seconds) == {
        "starting", "reading", "preparing", "computing", "writing", "total",
    }  # fmt: skip
    assert seconds["starting"] > 99
    assert seconds["total"] == pytest.approx(
        sum(value for step, value in seconds.items() if step != "total")
    )
    assert timings["targets_computed"] == timings["targets_total"] == 8
    assert 0 < timings["target_seconds"] < 20
    assert timings["n_links"] == sum(row.n_links for row in run.finished_targets().values())
    assert timings["peak_memory_bytes"] > 10**7
    assert timings["layout"] == {"n_processes": 1, "n_threads": 1, "n_jobs": 1}
    assert timings["machine"]["usable_cores"] >= 1
    assert {"python", "numpy", "genie3_engine"} <= set(timings["versions"])


def test_run__takes_its_times_by_a_clock_that_is_never_set(tmp_path, monkeypatch):
    run = tiny_run(tmp_path / "run")
    dates = itertools.count(time.time(), 1000.0)
    monkeypatch.setattr(time, "time", lambda: next(dates))
    began = time.monotonic()
    worker.run(run.path)
    passed = time.monotonic() - began
    seconds = run.read_timings()["seconds"]
    assert 0.0 < seconds.pop("total") <= passed
    assert all(value >= 0.0 for value in seconds.values())
    assert sum(seconds.values()) <= passed


def test_run__gives_the_same_bytes_with_several_jobs(tmp_path, whole):
    run = tiny_run(tmp_path / "run")
    worker.run(run.path, layout=LayoutSpec(n_jobs=2))
    assert run.links_path.read_bytes() == whole


def test_run__gives_the_same_bytes_in_shards(tmp_path, whole):
    shards = []
    for index in range(3):
        layout = LayoutSpec(shard_index=index, n_shards=3)
        shards.append(tiny_run(tmp_path / f"shard{index}", layout=layout).path)
        worker.run(shards[-1], layout=LayoutSpec(n_jobs=2))  # the spec's shard stays
    merged = merge_runs(shards, tmp_path / "merged")
    assert merged.links_path.read_bytes() == whole


def test_run__stopped_and_resumed_gives_the_same_bytes(tmp_path, whole, monkeypatch):
    run = tiny_run(tmp_path / "run")
    with pytest.raises(RunInterruptedError):
        worker.run(run.path, **stop_after(1, monkeypatch))
    status = run.read_status()
    assert status.state is JobState.CANCELLED
    assert 1 <= status.targets_done == len(run.finished_targets()) < 8
    resumed = worker.run(run.path)
    assert resumed.state is JobState.DONE
    assert resumed.targets_found == status.targets_done
    assert run.links_path.read_bytes() == whole
    assert run.read_timings()["targets_computed"] == 8 - status.targets_done


def test_run__says_that_it_is_stopping(tmp_path):
    run = tiny_run(tmp_path / "run")
    states = []
    with pytest.raises(RunInterruptedError):
        worker.run(
            run.path,
            on_progress=lambda status: states.append(status.state),
            should_stop=lambda: True,
        )
    assert JobState.STOPPING in states


def killed_at(n_targets, run):
    """Let a worker be killed when it begins one target after so many."""
    program = textwrap.dedent("""
        import os, sys
        from genie3_engine import worker
        from genie3_engine.inference import layout
        from genie3_engine.store import parts
        parts.FLUSH_SECONDS = 0
        infer_block, targets = layout.infer_block, []
        def killed(plan, engine, block):
            targets.extend(block)
            if len(targets) > int(sys.argv[1]): os.kill(os.getpid(), 9)
            return infer_block(plan, engine, block)
        layout.infer_block = killed
        worker.main(sys.argv[2:])
    """)
    command = [sys.executable, "-c", program, str(n_targets), str(run.path)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert run.read_status().state is JobState.RUNNING
    assert 1 <= len(run.finished_targets()) < 8


def test_worker__imports_no_package_that_a_run_can_do_without(tmp_path):
    """Each takes a good part of the processor time of a small run."""
    run = tiny_run(tmp_path / "run", engine=COMPILED)
    code = (
        "import sys; from genie3_engine import worker\n"
        "worker.main(sys.argv[1:]); print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, str(run.path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.read_status().state is JobState.DONE
    assert not {"pandas", "pyarrow.compute", "sklearn", "igraph"} & set(done.stdout.split())


@pytest.mark.slow(10)
def test_run__of_the_compiled_engine_names_one_network(tmp_path):
    """Threads, processes, shards, a kill, and the order of genes and samples change nothing."""

    def run(name, **options):
        return tiny_run(tmp_path / name, n_trees=20, engine=COMPILED, **options)

    def links(made):
        worker.run(made.path)
        return made.links_path.read_bytes()

    named = replace(tiny_expression(), has_sample_names=True)
    shuffled = Expression(
        named.values[::-1, [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]],
        named.genes[::-1],
        tuple(named.samples[sample] for sample in [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]),
    )
    expected = links(run("one", expression=named, layout=LayoutSpec(n_threads=1)))
    assert links(run("threads", expression=named, layout=LayoutSpec(n_threads=2))) == expected
    assert links(run("processes", expression=named, layout=LayoutSpec(n_processes=2))) == expected
    assert links(run("shuffled", expression=shuffled)) == expected
    resumed = run("resumed", expression=named, layout=LayoutSpec(n_threads=1))
    killed_at(4, resumed)
    assert links(resumed) == expected
    shards = []
    for index in range(3):
        layout = LayoutSpec(shard_index=index, n_shards=3)
        shards.append(run(f"shard {index}", expression=named, layout=layout).path)
        worker.run(shards[-1])
    assert merge_runs(shards, tmp_path / "merged").links_path.read_bytes() == expected


@pytest.mark.parametrize("method", ["RF", "ET", "GRNBoost2", "precision"])
def test_run__of_sparse_data_gives_the_same_bytes_as_of_dense_data(tmp_path, method):
    counts = np.random.default_rng(3).poisson(0.6, (9, 40)).astype(float)
    expression = replace(
        tiny_expression(9), values=counts, samples=tuple(f"s{i:02d}" for i in range(40))
    )
    found = []
    for name in ("dense", "sparse"):
        made = tiny_run(
            tmp_path / name, expression=expression, method=method, n_trees=20, engine=COMPILED
        )
        worker.run(made.path)
        found.append(made.links_path.read_bytes())
        folder, stored = dataset_folder(made.spec.dataset), open_dataset(made.spec.dataset)
        values = sparse(stored.values)
        with (folder / "values.genes").open("wb") as stream:
            write_genes(values, stream)
        (folder / "values.npy").unlink(missing_ok=True)
    assert found[0] == found[1]


def test_run__that_is_done_is_done_again_at_once(tmp_path, whole):
    run = tiny_run(tmp_path / "run")
    worker.run(run.path)
    worker.run(run.path)
    assert run.links_path.read_bytes() == whole
    assert run.read_timings()["targets_computed"] == 0


def test_run__on_a_full_disk_fails_and_can_be_resumed(tmp_path, whole, monkeypatch):
    run = tiny_run(tmp_path / "run")
    with monkeypatch.context() as patch:

        def full(self, links):
            raise atomic_write.storage_error(self._folder, OSError(errno.ENOSPC, "full"))

        patch.setattr(PartWriter, "add", full)
        with pytest.raises(StorageError, match="disk is full"):
            worker.run(run.path)
    status = run.read_status()
    assert (status.state, status.error.code) == (JobState.FAILED, "storage")
    assert status.targets_done == 0
    assert status.state.is_resumable
    worker.run(run.path)
    assert run.links_path.read_bytes() == whole


def test_run__stops_before_its_disk_is_full_and_can_be_resumed(tmp_path, whole, monkeypatch):
    run = tiny_run(tmp_path / "run")
    monkeypatch.setattr(attempt, "BEAT_SECONDS", 0.01)
    looks = []
    with monkeypatch.context() as patch:

        def shortage(folder, *, noun):
            looks.append(folder)
            return StorageError("The disk is nearly full.", "Free some space.")

        add = PartWriter.add

        def add_and_wait(self, links):
            add(self, links)
            wait_until(lambda: len(looks) > 1)  # the first one is known by then

        patch.setattr(attempt, "shortage", shortage)
        patch.setattr(PartWriter, "add", add_and_wait)
        with pytest.raises(StorageError, match="nearly full"):
            worker.run(run.path)
    status = run.read_status()
    assert (status.state, status.error.code) == (JobState.FAILED, "storage")
    assert status.state.is_resumable
    worker.run(run.path)
    assert run.links_path.read_bytes() == whole


def test_run__goes_on_when_only_the_status_cannot_be_written(tmp_path, whole, monkeypatch):
    run = tiny_run(tmp_path / "run")
    refusals = iter([True] * 4)
    write = type(run).write_status

    def sometimes(self, status):
        if next(refusals, False):
            raise StorageError("full")
        write(self, status)

    monkeypatch.setattr(type(run), "write_status", sometimes)
    assert worker.run(run.path).state is JobState.DONE
    assert run.links_path.read_bytes() == whole
    assert run.read_status().state is JobState.DONE


@pytest.mark.parametrize(
    ("raised", "code"), [(MemoryError(), "memory"), (ZeroDivisionError("odd"), "bug")]
)
def test_run__that_fails_says_so_and_keeps_the_details_in_the_log(
    tmp_path, monkeypatch, raised, code
):
    def build(*args, **options):
        raise raised

    run = tiny_run(tmp_path / "run")
    monkeypatch.setattr(layout, "new_engine", build)
    with pytest.raises(Genie3Error):
        worker.run(run.path)
    status = run.read_status()
    assert (status.state, status.error.code) == (JobState.FAILED, code)
    assert status.error.remedy
    assert "Traceback" in run.log_path.read_text()


def test_run__refuses_a_run_that_another_worker_has(tmp_path):
    run = tiny_run(tmp_path / "run")
    before = run.read_status()
    with run.lock(), pytest.raises(RunError, match="Another process"):
        worker.run(run.path)
    assert run.read_status() == before


def test_run__waits_for_its_turn_and_can_be_stopped_while_it_waits(tmp_path):
    run = tiny_run(tmp_path / "run")
    looks = itertools.count()
    seen = []
    with wait_for_turn(take_ticket()):
        ticket = take_ticket()
        with pytest.raises(RunInterruptedError):
            worker.run(
                run.path,
                ticket=ticket,
                should_stop=lambda: next(looks) > 0,
                on_progress=lambda status: seen.append((status.state, status.step)),
            )
    assert seen == [(JobState.QUEUED, "waiting"), (JobState.STOPPING, "waiting")]
    assert run.read_status().state is JobState.CANCELLED
    assert worker.run(run.path, ticket=take_ticket()).state is JobState.DONE


def test_run__of_foreign_genes_fails(tmp_path):
    run = tiny_run(tmp_path / "run", targets=("gene 001", "stranger"))
    with pytest.raises(RunError, match="'stranger'"):
        worker.run(run.path)
    assert run.read_status().error.code == "run"


def test_run__takes_the_regulators_and_keeps_the_strongest(tmp_path):
    run = tiny_run(tmp_path / "run", regulators=("gene 002", "gene 005", "gene 007"), keep=1)
    worker.run(run.path)
    links = run.finished_targets()
    assert len(links) == 8
    assert {summary.n_links for summary in links.values()} == {1}
    assert np.isfinite([summary.seconds for summary in links.values()]).all()


def test_main__tells_by_its_exit_code_how_it_went(tmp_path, capsys):
    run = tiny_run(tmp_path / "run")
    assert worker.main([str(run.path)]) == 0
    assert worker.main([str(tmp_path / "nothing")]) == 2
    assert "There is no run in" in capsys.readouterr().err


def test_main__stops_on_sigterm_with_130(tmp_path, monkeypatch):
    run = tiny_run(tmp_path / "run")
    add = PartWriter.add

    def add_and_ask(self, links):
        os.kill(os.getpid(), signal.SIGTERM)
        return add(self, links)

    monkeypatch.setattr(PartWriter, "add", add_and_ask)
    handler = signal.getsignal(signal.SIGTERM)
    assert worker.main([str(run.path)]) == 130
    assert signal.getsignal(signal.SIGTERM) is handler
    assert run.read_status().state is JobState.CANCELLED


def test_run__leaves_parts_when_only_they_are_wanted(home, tmp_path):
    run = tiny_run(tmp_path / "run", layout=LayoutSpec(shard_index=1, n_shards=3))
    other = tiny_run(tmp_path / "other", layout=LayoutSpec(shard_index=0, n_shards=3))
    (tmp_path / "parts").mkdir()
    for each in (run, other):
        each.parts_folder.symlink_to(tmp_path / "parts")
        assert worker.run(each.path, parts_only=True).state is JobState.DONE
    assert not run.has_result
    assert len(run.finished_targets()) == 6
    assert worker.run(run.path, parts_only=True).targets_found == 3


def test_run__of_tasks_in_one_folder_gives_the_same_bytes(tmp_path, whole):
    run = tiny_run(tmp_path / "run")
    for index in (1, 0, 2):
        done = worker.run(run.path, task=TaskName(index, 3))
        assert done.state is JobState.DONE
        assert not run.has_result
    assert run.read_status().state is JobState.QUEUED
    begun = [task.read_status().started for _, task in task_folders(run.path)]
    status = worker.run(run.path)
    assert run.links_path.read_bytes() == whole
    assert (status.state, status.targets_done, status.targets_found) == (JobState.DONE, 8, 0)
    assert status.started == min(begun)
    timings = run.read_timings()
    assert timings["targets_computed"] == timings["targets_total"] == 8
    assert len(timings["hosts"]) == 3
    assert {"computing", "writing"} <= set(timings["seconds"])
    assert timings["n_links"] > 0


def test_run__of_tasks_computes_the_evidence_too(tmp_path, monkeypatch):
    use_tiny_evidence(monkeypatch)
    alone, shared = (judged_run(tmp_path / name) for name in ("alone", "shared"))
    worker.run(alone.path)
    for index in range(2):
        worker.run(shared.path, task=TaskName(index, 2))
    with monkeypatch.context() as patch:
        patch.setattr(worker._Work, "_compute", None)  # nothing is left to compute
        patch.setattr("genie3_engine.confidence.computation.compute_replicates", None)
        worker.run(shared.path)
    assert shared.evidence_path.read_bytes() == alone.evidence_path.read_bytes()
    assert shared.links_path.read_bytes() == alone.links_path.read_bytes()


def test_main__takes_a_task_that_counts_from_1(tmp_path, capsys):
    run = tiny_run(tmp_path / "run")
    assert worker.main([str(run.path), "--task", "2/2", "--parts-only"]) == 0
    assert [str(name) for name, _ in task_folders(run.path)] == ["0002-of-0002"]
    assert worker.main([str(run.path), "--task", "1/2"]) == 0
    assert not run.has_result
    assert worker.main([str(run.path)]) == 0
    assert run.has_result
    for wrong in ("0/2", "3/2", "2", "a/b"):
        with pytest.raises(SystemExit):
            worker.main([str(run.path), "--task", wrong])
    assert "1/64 to 64/64" in capsys.readouterr().err


def created_when_asked(path, monkeypatch, *, errors):
    """Create a run, which is refused with each of some errors first; return it and the tries."""
    run = tiny_run(path.with_name("other"))
    create, left = RunFolder.create, list(errors)
    tries = []

    def refused(*args):
        tries.append(args)
        if left:
            raise left.pop(0)
        return create(*args)

    monkeypatch.setattr(RunFolder, "create", refused)
    monkeypatch.setattr(TaskFolder, "lock_seconds", 1.0)
    monkeypatch.setattr(worker, "_CREATE_PAUSE_SECONDS", 0.01)
    try:
        return worker.created_once(path, run.spec, run.read_status()), len(tries)
    except RunError as error:
        return error, len(tries)


def test_created_once__does_not_wait_for_a_disk_that_refuses(tmp_path, monkeypatch):
    refusals = [RunError("the disk reports an error", "Look at it.")] * 1000
    found, n_tries = created_when_asked(tmp_path / "run", monkeypatch, errors=refusals)
    assert found is refusals[0]
    assert n_tries == 2  # the second finds that no other task holds the folder


def test_created_once__tries_again_when_the_task_that_held_the_folder_is_gone(
    tmp_path, monkeypatch
):
    found, n_tries = created_when_asked(
        tmp_path / "run", monkeypatch, errors=[RunError("It is held.", "Wait.")]
    )
    assert (found.path, n_tries) == (tmp_path / "run", 2)


def test_created_once__waits_for_a_task_that_holds_the_folder(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir()
    lock = FolderLock(tmp_path / "run")
    assert lock.acquire()
    found, n_tries = created_when_asked(tmp_path / "run", monkeypatch, errors=[])
    lock.release()
    assert isinstance(found, RunError)
    assert n_tries > 2
