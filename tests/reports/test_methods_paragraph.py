from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.data.prepare import prepare
from genie3_engine.data.regulator_lists import E_COLI
from genie3_engine.model import (
    EXTRA_TREES,
    SCIKIT_LEARN,
    ForestSpec,
    JobState,
    RunSpec,
    RunStatus,
    setting_rows,
)
from genie3_engine.reports.methods_paragraph import citations, methods_paragraph
from genie3_engine.store.run_folder import RunFolder


@pytest.fixture
def prepared(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("gene,s1,s2,s3\nA,1,2,3\nB,3,2,1\nC,7,7,7\nD,1,4,2\nE,9,4,1\n")
    return prepare(path, recipe=["drop-constants", "log1p-cpm"])


def run_of(home, spec):
    status = RunStatus(JobState.QUEUED, created=1.0)
    return RunFolder.create(home / "runs" / "one", spec, status).path


def test_paragraph__says_what_was_done_in_order(home, prepared):
    dataset = runs.save_dataset(prepared.expression, report=prepared.to_report())
    spec = runs.build_run_spec(
        prepared.expression,
        dataset=dataset,
        regulators=["A", "B"],
        forest=ForestSpec(n_trees=5, seed=3),
        source="counts.csv",
        recipe=prepared.recipe,
    )
    run = run_of(home, spec)
    text = methods_paragraph(run)
    steps = (
        "Expression data (counts.csv) were prepared in these steps: genes of constant expression "
        "were removed (5 genes became 4); counts were scaled to counts per million of each sample "
        "and transformed by log(1 + x)."
    )
    assert text.startswith(steps)
    for words in (
        "inferred from 4 genes in 3 samples",
        "a Random Forest of 5 trees [2]",
        "of 2 candidate regulators",
        "the square root of their number drawn at each node (seed 3)",
        "All links of an importance above zero were kept.",
        "[1] Huynh-Thu",
        "[2] Breiman",
    ):
        assert words in text
    assert "out-of-bag" not in text
    from genie3_engine import worker

    worker.run(run)
    assert "median out-of-bag R²" in methods_paragraph(run)


def test_paragraph__of_a_run_whose_data_are_gone(home):
    forest = ForestSpec(method=EXTRA_TREES, k=4, engine=SCIKIT_LEARN)
    spec = RunSpec("0" * 64, forest=forest, keep=1000, recipe=("keep-variable=2000",))
    run = run_of(home, spec)
    text = methods_paragraph(run)
    assert "the 2,000 genes of the largest variance were kept." in text
    assert "The 1,000 strongest links of each target were kept." in text
    assert "with 4 of them drawn at each node" in text
    assert len(citations(run)) == 3
    assert "[3] Pedregosa" in text


def test_paragraph__names_the_list_of_the_regulators_with_source_and_date(home, prepared):
    dataset = runs.save_dataset(prepared.expression)
    of_list = {"regulators": ("A",), "regulators_from": E_COLI.provenance}
    run = run_of(home, RunSpec(dataset, **of_list))
    paragraph = " ".join(methods_paragraph(run).split())
    assert (
        "transcription factors of E. coli K-12 (regulators of the networks of PRECISE" in paragraph
    )
    assert "2019 and 2012) among the genes: 1 of 293." in paragraph
    assert ("Regulators from", E_COLI.provenance) in setting_rows(RunFolder.open(run).spec)
