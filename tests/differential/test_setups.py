from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import runs
from genie3_engine.differential import Choices, of_column, of_runs
from genie3_engine.errors import InputError, OptionError, RunError
from genie3_engine.model import ForestSpec, JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.differential.two_groups import split, stored, two_groups


@pytest.fixture
def run(home, tmp_path):
    """Make a run that counts as done, without inferring anything."""

    def make(name, expression, *, forest=None, **names):
        spec = runs.build_run_spec(
            expression, dataset=stored(expression, name), forest=forest, name=name, **names
        )
        folder = runs.create(spec, tmp_path / name)
        for file in ("links.parquet", "targets.parquet"):
            (folder / file).touch()
        RunFolder.open(folder).write_status(RunStatus(JobState.DONE))
        return folder

    return make


@pytest.fixture
def halves(home):
    return split(two_groups())


def test_runs__are_compared_on_what_both_have(run, halves):
    well, ill = halves
    first = run("well", well, regulators=["g00", "g01"], targets=["g04", "g05"])
    second = run("ill", ill, regulators=["g01", "g02"])
    spec = of_runs(first, second)
    assert spec.labels == ("well", "ill")
    assert (spec.regulators, spec.targets) == (("g01",), ("g04", "g05"))
    assert (spec.forest.n_trees, spec.top) == (250, 10)
    words = " ".join(spec.notes)
    assert "Forests of 250 trees" in words
    assert "2 regulators of one of the runs only left out; 1 are compared" in words


def test_runs__must_have_other_data_and_the_same_settings(run, halves, tmp_path):
    well, ill = halves
    first = run("well", well)
    again = run("again", well, forest=ForestSpec(seed=2))
    with pytest.raises(OptionError, match="have the same data"):
        of_runs(first, again)
    other = run("ill", ill, forest=ForestSpec(k="all", seed=2))
    with pytest.raises(OptionError, match=r"differ in Candidate regulators per split \(K\)"):
        of_runs(first, other)
    stated = of_runs(first, other, Choices(forest=ForestSpec(n_trees=30)))
    assert stated.forest.n_trees == 30


def test_runs__that_are_not_done_or_share_no_regulator_are_refused(run, halves):
    well, ill = halves
    first = run("well", well, regulators=["g00"])
    second = run("ill", ill, regulators=["g01"])
    with pytest.raises(InputError, match="no common regulator"):
        of_runs(first, second)
    (second / "targets.parquet").unlink()
    with pytest.raises(RunError, match="not done"):
        of_runs(first, second)


def test_runs__without_a_common_gene_are_refused(run, halves):
    well, ill = halves
    other = replace(ill, genes=tuple(f"h{gene}" for gene in ill.genes))
    with pytest.raises(InputError, match="no common gene"):
        of_runs(run("well", well), run("other", other))


def test_runs__of_methods_that_cannot_be_permuted_are_refused(run, halves):
    folders = [run(f"run {n}", each, forest=ForestSpec("in-vivo")) for n, each in enumerate(halves)]
    with pytest.raises(OptionError, match="cannot be compared"):
        of_runs(*folders)


def test_column__takes_two_values_by_itself(dataset):
    spec = of_column(dataset, "state")
    assert spec.labels == ("ill", "well")
    assert (spec.forest.n_trees, spec.top, spec.source) == (250, 50, "two groups")
    assert of_column(dataset, "state", ("well", "ill")).labels == ("well", "ill")


def test_column__counts_samples_without_an_entry(home):
    groups = two_groups()
    labels = ("", "", *groups.annotations["state"][2:])
    dataset = stored(replace(groups, annotations={"state": labels}))
    spec = of_column(dataset, "state")
    assert spec.notes == ("2 samples without an entry in the column 'state' left out.",)


def test_column__names_what_there_is(dataset):
    with pytest.raises(InputError, match=r"no column 'stage'.*Give one of"):
        of_column(dataset, "stage")
    with pytest.raises(InputError, match=r"no value 'cured'.*ill \(24\)"):
        of_column(dataset, "state", ("well", "cured"))
    with pytest.raises(OptionError, match=r"0 are given.*p0 \(2\)"):
        of_column(dataset, "patient")
    with pytest.raises(OptionError, match="compared with itself"):
        of_column(dataset, "state", ("ill", "ill"))


def test_column__names_no_column_where_there_is_none(home):
    dataset = stored(replace(two_groups(), annotations={}))
    with pytest.raises(InputError, match="Give a file with annotations, or a sample sheet"):
        of_column(dataset, "state")
