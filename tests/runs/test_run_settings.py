from __future__ import annotations

import pytest
import scipy.sparse

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.data.sparse_genes import HeldGenes
from genie3_engine.errors import InputError, OptionError
from genie3_engine.model import ForestSpec
from tests.simulated_networks import tiny_expression

GENES = tiny_expression().genes


def test_build_run_spec__takes_every_gene_by_default():
    spec = runs.build_run_spec(tiny_expression())
    assert (spec.regulators, spec.targets, spec.keep) == (None, None, None)
    assert spec.dataset == tiny_expression().fingerprint
    assert spec.created.endswith("+00:00")


def test_build_run_spec__sorts_names_and_forgets_repetitions():
    spec = runs.build_run_spec(
        tiny_expression(),
        regulators=["gene 007", "gene 002", "gene 007"],
        targets=["gene 003", "gene 001"],
    )
    assert spec.regulators == ("gene 002", "gene 007")
    assert spec.targets == ("gene 001", "gene 003")


def test_build_run_spec__calls_every_gene_none_however_it_is_asked_for():
    spec = runs.build_run_spec(tiny_expression(), regulators=GENES, targets=len(GENES))
    assert (spec.regulators, spec.targets) == (None, None)


def test_build_run_spec__takes_the_first_targets_in_the_files_order():
    assert runs.build_run_spec(tiny_expression(), targets=2).targets == ("gene 007", "gene 008")


@pytest.mark.parametrize(("keep", "expected"), [("auto", None), ("all", None), (3, 3)])
def test_build_run_spec__keeps(keep, expected):
    assert runs.build_run_spec(tiny_expression(), keep=keep).keep == expected


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"targets": 9}, OptionError, "targets is 9; the data have 8 genes"),
        ({"targets": 0}, OptionError, "targets is 0"),
        ({"targets": ["gene 003", "gen 004"]}, InputError, "gene 004"),
        ({"regulators": ["Gene 004", "gene 003"]}, InputError, "gene 004"),
        ({"regulators": []}, OptionError, "no regulator"),
        ({"keep": 0}, OptionError, "Links kept per target is 0"),
    ],
)
def test_build_run_spec__refuses(options, error, message):
    with pytest.raises(error, match=message):
        runs.build_run_spec(tiny_expression(), **options)


@pytest.mark.parametrize("method", ["precision", "in-vivo", "GRNBoost2"])
def test_build_run_spec__refuses_what_does_not_fit_before_anything_begins(method):
    """Of 70,000 cells, 16 GB would be held; GENIE3 reads them gene by gene."""
    cells = HeldGenes(scipy.sparse.csr_matrix((30_000, 70_000)))
    genes, samples = (tuple(map(str, range(n))) for n in cells.shape)
    expression = Expression(cells, genes, samples)
    forest = ForestSpec(method)
    with pytest.raises(InputError, match=r"70,000 samples .*17 GB|takes up to 65,535"):
        runs.build_run_spec(expression, dataset="0" * 64, forest=forest)
    assert runs.build_run_spec(expression, dataset="0" * 64).forest.method == "RF"


def test_build_run_spec__takes_the_targets_that_a_fix_has_chosen():
    spec = runs.build_run_spec(tiny_expression(), recipe=("restrict-targets=3",))
    assert spec.recipe == ("restrict-targets=3",)
    assert len(spec.targets) == 3
    given = runs.build_run_spec(tiny_expression(), targets=2, recipe=("restrict-targets=3",))
    assert len(given.targets) == 2


def test_build_run_spec__stores_where_and_how_the_run_computes():
    spec = runs.build_run_spec(
        tiny_expression(),
        dataset="d" * 64,
        forest=ForestSpec(n_trees=7),
        launcher="cluster",
        name="mine",
        source="x.tsv",
    )
    assert (spec.dataset, spec.forest.n_trees, spec.launcher) == ("d" * 64, 7, "cluster")
    assert (spec.name, spec.source) == ("mine", "x.tsv")
