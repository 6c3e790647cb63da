"""The network that comes with the program is the one that the program computes."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from genie3_engine import runs
from genie3_engine.data.simulate import sample_network
from genie3_engine.model import JobState
from genie3_engine.networks import links


@pytest.fixture
def spec(home):
    sample = sample_network()
    return runs.build_run_spec(
        sample.expression,
        dataset=runs.save_dataset(sample.expression),
        regulators=sorted(sample.regulators),
        forest=runs.SAMPLE_FOREST,
        name="Sample network",
    )


def test_shipped_run__is_what_this_machine_computes(spec, tmp_path):
    shipped = runs.shipped_run(spec)
    assert shipped is not None, "the sample has changed: run tools/make_sample_run.py"
    sample = sample_network()
    computed = runs.infer(
        sample.expression,
        tmp_path / "run",
        regulators=sorted(sample.regulators),
        forest=runs.SAMPLE_FOREST,
    )
    tables = [pq.read_table(run / "links.parquet") for run in (shipped, computed)]
    assert tables[0].equals(tables[1]), "its bits have changed: run tools/make_sample_run.py"


def test_shipped_run__is_a_run_that_is_done(spec):
    runs.shipped_run(spec)
    (summary,) = runs.history()
    assert summary.status.state is JobState.DONE
    assert (summary.title, summary.status.targets_done) == ("Sample network", 100)
    assert links.n_links(summary.path) > 1_000
    assert runs.timings(summary.path) is None


def test_shipped_run__answers_for_no_other_run(spec):
    assert runs.shipped_run(replace(spec, keep=5)) is None
    assert runs.history() == []
