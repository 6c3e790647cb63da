"""Tests of the command that compares networks."""

from __future__ import annotations

import pytest

from genie3_engine import differential
from genie3_engine.commands.compare import progress_text
from genie3_engine.differential import ComparisonStatus, worker
from genie3_engine.errors import RunInterruptedError
from genie3_engine.model import JobState
from tests.commands.command_line import QUICK, assert_one_line_error, object_in
from tests.differential.two_groups import two_groups

FEW = ("--permutations", "10", "--more", "0", "--trees", "5", "--top", "12", "--threads", "1")


@pytest.fixture
def groups(tmp_path):
    """A file of ten genes with the annotations state and patient."""
    expression = two_groups(patient=tuple(f"p{number // 2}" for number in range(48)))
    columns = [expression.annotations[name] for name in ("state", "patient")]
    rows = [["sample", "state", "patient", *expression.genes]]
    for number, sample in enumerate(expression.samples):
        values = map(str, expression.values[:, number])
        rows.append([sample, *(column[number] for column in columns), *values])
    path = tmp_path / "groups.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
    return path


@pytest.fixture
def other(call, data, tmp_path):
    """A run of the same small file with another seed."""
    call("infer", data, "--out", tmp_path / "other", "--trees", "3", "--seed", "2")
    return tmp_path / "other"


def test_compare__shows_two_runs_side_by_side(call, run, other, tmp_path):
    command = ("compare", run, other)
    code, out, _ = call(*command)
    assert code == 0
    assert "in both" in out
    code, out, _ = call(*command, "--json", "-o", tmp_path / "tables", "--format", "csv")
    facts = object_in(out)
    assert facts["n_first"] == facts["n_common"] + facts["n_only_first"]
    assert facts["overlap"][-1]["n_links"] == max(facts["n_first"], facts["n_second"])
    assert {path.rpartition("/")[2] for path in facts["files"]} == {"links.csv", "overlap.csv"}
    assert (tmp_path / "tables" / "links.csv").read_text().startswith("regulator,target,rank_1")


def test_compare__tests_two_groups_of_a_file(call, groups, tmp_path):
    folder = tmp_path / "comparison"
    command = ("compare", groups, "--column", "state", "--groups", "well", "ill", *FEW)
    command = (*command, "--blocks", "patient", "--out", folder)
    code, out, err = call(*command, "--json", "-o", tmp_path / "tables")
    assert code == 0, err
    facts = object_in(out)
    assert (facts["labels"], facts["n_samples"]) == (["well", "ill"], [24, 24])
    assert facts["n_links"] == facts["n_gained"] + facts["n_lost"] + facts["n_kept"]
    assert len(facts["most_changed"]) == 10
    header, *rows = (tmp_path / "tables" / "changes.tsv").read_text().splitlines()
    assert header.split("\t")[:2] == ["regulator", "target"]
    assert len(rows) == facts["n_links"]
    assert "holds this very comparison" in call(*command)[2]
    assert "is done already" in call(*command, "--resume")[2]
    code, out, err = call("compare", folder)
    assert (code, "gained" in out) == (0, True)
    assert "24 samples" in err


def test_compare__tests_the_data_of_two_runs(call, groups, tmp_path):
    lines = [line.split("\t") for line in groups.read_text().splitlines()]
    for state in ("well", "ill"):
        rows = [line[:1] + line[3:] for line in lines if line[1] in ("state", state)]
        path = tmp_path / f"{state}.tsv"
        path.write_text("".join("\t".join(row) + "\n" for row in rows))
        call("infer", path, "--out", tmp_path / state, *QUICK)
    command = ("compare", tmp_path / "well", tmp_path / "ill", "--test", "--json")
    few = [word for word in FEW if word not in ("--trees", "5")]
    code, out, err = call(*command, *few, "--out", tmp_path / "comparison")
    assert code == 0, err
    assert object_in(out)["labels"] == ["well", "ill"]
    comparison = differential.Comparison.open(tmp_path / "comparison")
    assert comparison.spec.forest.n_trees == 3


def test_compare__starts_in_the_background(call, groups, monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(
        differential, "start", lambda spec, folder: started.append(spec) or tmp_path / "x"
    )
    command = ("compare", groups, "--column", "state", "--background")
    assert "Started in the background" in call(*command)[1]
    assert object_in(call(*command, "--json")[1])["state"] == "queued"
    assert (started[0].forest.n_trees, started[0].top) == (250, 50)


def test_compare__forecasts_and_computes_nothing(call, groups, monkeypatch, home):
    found = differential.ComparisonForecast(220, 10.0, 5.0, 20.0, 3.0, 1e9, ("Measured.",))
    monkeypatch.setattr(differential, "measure_forecast", lambda spec: found)
    command = ("compare", groups, "--column", "state", "--forecast")
    assert call(*command)[1].startswith("About 10 s (5.0 s to 20 s) for 220 forests")
    assert object_in(call(*command, "--json")[1])["wall_seconds"] == 10.0
    assert not (home / "comparisons").exists()


def test_compare__starts_on_the_launcher_whose_options_are_given(
    call, groups, monkeypatch, tmp_path
):
    specs = []
    monkeypatch.setattr(
        differential, "start", lambda spec, folder: specs.append(spec) or tmp_path / "there"
    )
    command = ("compare", groups, "--column", "state", "--instances", "3")
    code, out, _ = call(*command)
    assert code == 0
    assert "on SageMaker" in out
    assert (specs[0].launcher, specs[0].launcher_options["instances"]) == ("sagemaker", 3)


def test_compare__creates_the_folder_for_tasks_and_computes_nothing(call, groups, tmp_path):
    folder = tmp_path / "comparison"
    command = ("compare", groups, "--column", "state", *FEW, "--out", folder, "--create")
    code, out, _ = call(*command)
    assert (code, out.strip()) == (0, str(folder))
    assert object_in(call(*command, "--resume", "--json")[1])["comparison"] == str(folder)
    assert not (folder / "parts").exists()
    assert (folder / "tasks").is_dir()  # by which it waits for them


def test_compare__that_is_interrupted_says_how_to_resume(call, groups, monkeypatch):
    def stop(folder, **options):
        raise RunInterruptedError("stopped")

    monkeypatch.setattr(worker, "run", stop)
    result = call("compare", groups, "--column", "state", *FEW)
    assert_one_line_error(result, "0 of 220 forests", "--out", "--resume", code=130)
    (folder,) = differential.history()
    code, out, _ = call("compare", folder.path)
    assert (code, "queued" in out, "0 of 220" in out) == (0, True, True)
    assert object_in(call("compare", folder.path, "--json")[1])["state"] == "queued"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--column", "stage"), ["no column 'stage'", "'state', 'patient'"]),
        (("--column", "state", "--groups", "well", "cured"), ["no value 'cured'", "ill (24)"]),
        (("--column", "state", "--blocks", "plate"), ["no column 'plate'"]),
        (("--column", "state", "--resume"), ["--resume needs a folder"]),
        (("--column", "state", "--method", "in-vivo"), ["cannot be compared"]),
        ((), ["--column"]),
    ],
)
def test_compare__refuses_what_cannot_be_tested(call, groups, options, words):
    assert_one_line_error(call("compare", groups, *options), *words)


def test_compare__refuses_options_of_another_kind(call, run, other):
    assert_one_line_error(call("compare", run, other, "--blocks", "x"), "--blocks", "--test")
    assert_one_line_error(call("compare", run, other, "--column", "x"), "--column", "two runs")
    assert_one_line_error(call("compare", run, other, run), "3 networks")
    assert_one_line_error(call("compare", run, other, "--test"), "have the same data")


def test_compare__refuses_two_comparisons_in_words(call, groups, tmp_path):
    folder = tmp_path / "comparison"
    call("compare", groups, "--column", "state", *FEW, "--out", folder, "--create")
    assert_one_line_error(call("compare", folder, folder), "is a comparison", f"compare {folder}")


def test_progress_text__counts_forests_and_permutations():
    status = ComparisonStatus(
        JobState.RUNNING, step="permuting", forests_done=1200, forests_total=2040, permutation=7
    )
    text = progress_text(status, 65.0, with_bar=False)
    assert text == "permuting the labels, 1,200/2,040 forests, permutation 7, 1:05 left"


def test_compare__is_watched_stopped_and_resumed_as_a_run_is(call, groups, tmp_path, monkeypatch):
    folder = tmp_path / "comparison"
    resumed = []
    monkeypatch.setattr(differential, "resume", lambda path, options: resumed.append(path))
    call("compare", groups, "--column", "state", *FEW, "--out", folder)
    assert call("status", folder)[1].splitlines()[1].split() == ["state", "done"]
    assert object_in(call("status", folder, "--json")[1])["forests_done"] == 220
    assert "links compared" in call("logs", folder, "--follow")[1]
    assert "comparison in" in call("cancel", folder)[1]
    assert "Goes on in the background" in call("resume", folder)[1]
    assert resumed == [folder]
