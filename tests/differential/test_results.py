from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from genie3_engine.differential import Comparison
from genie3_engine.differential.classes import Candidates
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.pooled_samples import PooledSamples, open_pooled
from genie3_engine.differential.results import Findings, write_results
from genie3_engine.differential.rewiring import Rewiring
from genie3_engine.differential.statistics import Changes
from genie3_engine.errors import RunError


@pytest.fixture
def written(folder):
    """Results of three links that were made up."""
    comparison = ComparisonFolder.open(folder)
    pooled = PooledSamples.of(comparison.spec)
    pooled.write(comparison.pooled_path)
    expression = open_pooled(comparison.pooled_path, pooled.genes)
    links = Candidates(
        np.array([0, 0, 1], np.int32),
        np.array([4, 5, 5], np.int32),
        np.zeros((2, 3), np.float32),
        np.array([[1, 1, 0], [0, 1, 1]], bool),
        (0.1, 0.2),
    )
    z = np.array([-3.0, 0.5, 3.0])
    p = np.array([0.01, 0.5, 0.01])
    nothing = np.full(10, np.nan)
    findings = Findings(
        links,
        np.array([[0.9, 0.5, 0.0], [0.0, 0.4, 0.8]], np.float32),
        Changes(np.array([-0.9, -0.1, 0.8]), z, p, p),
        np.full((2, 10, 2), np.nan),
        Rewiring(nothing, nothing, nothing),
        n_refined=1,
    )
    assert write_results(comparison, pooled, expression, findings) == 3
    return folder


def test_changes__are_sorted_by_size_then_by_names(written):
    changes = Comparison.open(written).changes()
    assert list(changes.columns) == [
        *("regulator", "target", "importance_1", "importance_2", "difference", "z", "p", "q"),
        *("spearman_1", "spearman_2", "fisher_z", "rank_by_z", "rank_by_correlation", "change"),
    ]
    assert changes.z.tolist() == [-3.0, 3.0, 0.5]
    assert changes.change.tolist() == ["lost", "gained", "kept"]
    assert changes.rank_by_z.tolist() == [1, 2, 3]
    assert sorted(changes.rank_by_correlation) == [1, 2, 3]
    assert changes.spearman_1.iloc[0] > 0.7  # g00 drives g04 in the first group only
    assert abs(changes.spearman_2.iloc[0]) < 0.4


def test_targets__have_nulls_where_there_is_no_fit(written):
    table = pq.read_table(written / "targets.parquet")
    assert table["rewiring"].null_count == table.num_rows == 10


def test_regulators__count_their_changes(written):
    found = Comparison.open(written).regulators().set_index("regulator")
    assert found.loc["g00", ["n_lost", "n_kept", "sum_abs_z"]].tolist() == [1, 1, 3.5]
    assert found.loc["g01", ["n_gained", "sum_abs_z"]].tolist() == [1, 3.0]


def test_footer__tells_how_it_was_found(written):
    about = json.loads(pq.read_metadata(written / "changes.parquet").metadata[b"genie3"])
    assert about == Comparison.open(written).about
    assert (about["n_links"], about["n_gained"], about["n_refined_targets"]) == (3, 1, 1)
    assert about["least_importance"] == [0.1, 0.2]


def test_comparison__refuses_damaged_results(written):
    (written / "regulators.parquet").write_bytes(b"x")
    with pytest.raises(RunError, match="cannot be read"):
        Comparison.open(written).regulators()
    (written / "changes.parquet").write_bytes(b"x")
    with pytest.raises(RunError, match="cannot be read"):
        Comparison.open(written)
