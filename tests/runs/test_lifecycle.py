from __future__ import annotations

from dataclasses import replace

import pytest

import genie3_engine
from genie3_engine import runs
from genie3_engine.errors import InputError, OptionError, RunError, StorageError
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.launchers.registry import CLOUD, LAUNCHERS
from genie3_engine.model import IN_VIVO, ForestSpec, JobState, LayoutSpec, RunSpec
from genie3_engine.people import links, log
from genie3_engine.store.run_folder import RunFolder
from tests.clock import Clock
from tests.contracts.fake_launcher import FakeLauncher, FakeProcesses
from tests.simulated_networks import tiny_expression
from tests.time_series_data import small_series

GENES = tiny_expression().genes
FOREST = ForestSpec(n_trees=2)


@pytest.fixture
def processes():
    return FakeProcesses(Clock(1000.0))


@pytest.fixture
def start(home, monkeypatch, processes):
    """Start a run with made-up workers."""
    info = LauncherInfo(label="Fake", help="", create=lambda _: FakeLauncher(processes))
    monkeypatch.setitem(LAUNCHERS._records, "local", replace(info, is_this_machine=True))
    runs.save_dataset(tiny_expression(), name="tiny")

    def start(**options):
        spec = runs.build_run_spec(tiny_expression(), forest=FOREST, name="mine")
        return runs.start(spec, **options)

    return start


def finish(run, processes):
    processes.clock.advance(1.0)
    runs.status(run)
    processes.clock.advance(100.0)
    return runs.status(run)


def test_start__makes_a_run_in_the_home_and_submits_it(start, home, processes):
    run = start()
    assert run.parent == home / "runs"
    assert RunFolder.open(run).spec.name == "mine"
    assert processes.queue == [run]
    assert runs.status(run).targets_total == 8
    assert finish(run, processes).state is JobState.DONE


def test_start__takes_a_folder(start, tmp_path):
    assert start(folder=tmp_path / "here") == tmp_path / "here"
    with pytest.raises(RunError, match="this very run"):
        start(folder=tmp_path / "here")


@pytest.mark.usefixtures("start")
def test_start__refuses_a_data_set_that_is_not_stored(home):
    with pytest.raises(InputError, match="not stored"):
        runs.start(RunSpec("0" * 64))
    assert not (home / "runs").exists()


@pytest.mark.usefixtures("home")
def test_start__refuses_a_launcher_that_it_does_not_know():
    with pytest.raises(OptionError, match="'moon'"):
        runs.start(RunSpec("0" * 64, launcher="moon"))


def test_start__leaves_no_folder_when_the_launcher_refuses(start, home, monkeypatch):
    def refuse(self, run):
        raise StorageError("full")

    monkeypatch.setattr(FakeLauncher, "submit", refuse)
    with pytest.raises(StorageError):
        start()
    assert list((home / "runs").iterdir()) == []


def test_create__refuses_networks_to_combine_where_instances_share_targets(home, tmp_path):
    spec = RunSpec("d" * 64, forest=ForestSpec(IN_VIVO), launcher=CLOUD)
    with pytest.raises(
        OptionError, match="not computed on SageMaker: a link's rank depends"
    ) as raised:
        runs.create(spec, tmp_path / "run")
    assert "GRNBoost2 and with precision there, and combine" in raised.value.remedy


def test_create__goes_on_with_this_very_run_only(start, tmp_path):
    run = start(folder=tmp_path / "here")
    spec = RunFolder.open(run).spec
    assert runs.create(spec, run, resume=True) == run
    with pytest.raises(RunError, match="another run"):
        runs.create(replace(spec, keep=1), run, resume=True)


def test_cancel_and_resume(start, processes):
    run = start()
    processes.clock.advance(1.0)
    runs.cancel(run)
    assert runs.status(run).state is JobState.CANCELLED
    runs.resume(run)
    assert finish(run, processes).state is JobState.DONE
    with pytest.raises(RunError, match="done already"):
        runs.resume(run)


def test_history__has_the_newest_first_and_says_what_became_of_each(start, processes, home):
    assert runs.history() == []
    first, second = start(), start()
    for created, run in enumerate([first, second]):
        folder = RunFolder.open(run)
        folder.write_status(replace(folder.read_status(), created=float(created)))
    (home / "runs" / "damaged").mkdir()
    finish(first, processes)
    processes.tick()
    processes.kill(second)
    found = runs.history()
    assert [summary.path for summary in found] == [second, first]
    assert [summary.status.state for summary in found] == [JobState.LOST, JobState.DONE]
    assert found[0].id == second.name
    assert found[0].spec.name == "mine"


def test_delete__removes_a_run_that_is_not_live(start, processes, home):
    run = start()
    runs.status(run)
    with pytest.raises(RunError, match="Cancel it first"):
        runs.delete(run)
    finish(run, processes)
    runs.delete(run)
    assert list((home / "runs").iterdir()) == []
    with pytest.raises(RunError):
        runs.status(run)


def test_delete__keeps_a_run_whose_links_cannot_be_taken_back(start, processes, monkeypatch):
    run = start()
    finish(run, processes)
    owner = log.person_at_work()
    links.make_link("story", policy="", run=run.name, title="", days=1, owner=owner)

    def refuse(*_):
        raise StorageError("The disk refuses.", "Wait.")

    monkeypatch.setattr(links, "_delete", refuse)
    with pytest.raises(StorageError):
        runs.delete(run)
    assert runs.status(run).state is JobState.DONE  # its page still offers to take them back


def test_delete__takes_the_links_to_a_run_back(start, processes, home):
    run = start()
    finish(run, processes)
    token = links.make_link(
        "story", policy="", run=run.name, title="", days=1, owner=log.person_at_work()
    )
    runs.delete(run)
    assert links.open_link(token) is None


def test_delete__leaves_a_run_that_a_worker_holds(start, processes):
    run = start()
    finish(run, processes)
    with RunFolder.open(run).lock(), pytest.raises(RunError, match="Another process"):
        runs.delete(run)
    assert run.exists()


def test_log_tail__has_the_last_lines(start):
    run = start()
    assert runs.log_tail(run) == ""
    (run / "log.txt").write_text("".join(f"line {i}\n" for i in range(100_000)))
    assert runs.log_tail(run, 2) == "line 99998\nline 99999"
    assert len(runs.log_tail(run).splitlines()) == 50


def test_timings__are_none_before_the_end(start):
    run = start()
    assert runs.timings(run) is None
    RunFolder.open(run).write_timings({"seconds": {"total": 1.0}})
    assert runs.timings(run) == {"seconds": {"total": 1.0}}


def test_infer__leaves_a_finished_run(home, tmp_path):
    folder = runs.infer(
        tiny_expression(), tmp_path / "mine", source="tiny.tsv", forest=FOREST, targets=3
    )
    assert runs.status(folder).state is JobState.DONE
    links = genie3_engine.ranked_links(folder, top=5)
    assert list(links.columns) == ["rank", "regulator", "target", "importance"]
    assert set(links["target"]) <= set(tiny_expression().genes[:3])
    with pytest.raises(RunError, match="holds this very run already"):
        runs.infer(tiny_expression(), folder, source="tiny.tsv", forest=FOREST, targets=3)
    before = (folder / "links.parquet").stat()
    assert runs.infer(tiny_expression(), folder, resume=True, forest=FOREST, targets=3) == folder
    assert runs.timings(folder)["targets_computed"] == 0
    assert (folder / "links.parquet").stat().st_mtime_ns == before.st_mtime_ns


def test_front_door__has_every_name_that_it_lists():
    for name in genie3_engine._HOMES:
        assert name in dir(genie3_engine)
        assert callable(getattr(genie3_engine, name))
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        genie3_engine.guess  # noqa: B018


def test_create__resumes_a_run_from_before_the_sample_sheet_of_its_file_was_read(home, tmp_path):
    expression = small_series()
    specs = [
        runs.build_run_spec(each, dataset=runs.save_dataset(each), forest=FOREST)
        for each in (replace(expression, sheet=None), expression)
    ]
    folder = runs.create(specs[0], tmp_path / "run")
    assert runs.create(specs[1], folder, resume=True) == folder
    assert RunFolder.open(folder).spec.dataset == specs[0].dataset
    other = runs.save_dataset(replace(expression, values=expression.values + 1.0))
    with pytest.raises(RunError, match="data set"):
        runs.create(replace(specs[1], dataset=other), folder, resume=True)


def test_refusal__is_that_of_the_limits_on_this_machine(home):
    spec = RunSpec("0" * 64, layout=LayoutSpec(n_threads=5))
    assert runs.refusal(spec, memory_bytes=1e18) is None
    home.mkdir()
    (home / "limits.toml").write_text('[person]\ncores = 4\nmemory = "2 GB"\n')
    assert "5 cores" in runs.refusal(spec).message
    spec = replace(spec, layout=LayoutSpec())
    assert runs.refusal(spec, memory_bytes=1e9) is None
    assert "up to 3.0 GB" in runs.refusal(spec, memory_bytes=3e9).message
    assert runs.refusal(replace(spec, launcher=CLOUD), memory_bytes=3e9) is None
