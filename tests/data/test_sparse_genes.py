"""Sparse expression, in memory and in a file, is indexed as the dense matrix is."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data import sparse_genes as module
from genie3_engine.data.gene_file import GeneFile
from genie3_engine.data.sparse_genes import (
    FiledGenes,
    HeldGenes,
    replaced_genes,
    sample_parts,
    taken_genes,
    taken_samples,
    write_genes,
)
from genie3_engine.errors import InputError
from tests.data.raws import filed, sparse

RNG = np.random.default_rng(4)
VALUES = RNG.poisson(0.3, (23, 40)) * RNG.choice([1.0, 0.5, -2.0], (23, 40)) + 0.0
VALUES[5] = 0.0


@pytest.fixture(params=["held", "filed"])
def genes(request):
    return sparse(VALUES) if request.param == "held" else filed(VALUES)


KEYS = [
    *(4, -1, np.int32(7), slice(2, 9), slice(None), [3, 3, 0], np.arange(23) % 2 == 0),
    *((3, 5), (3, [1, 1, 0]), (slice(4, 8), slice(2, 30, 3)), ([5, 2], 7)),
    *((slice(None), [9, 2, 9]), (slice(None), np.arange(40)[::-1])),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_sparse_genes__gives_what_the_array_gives(genes, key):
    found = genes[key]
    np.testing.assert_array_equal(found, VALUES[key])
    assert not np.signbit(found[found == 0]).any()


def test_sparse_genes__is_seen_as_an_array_by_numpy(genes):
    np.testing.assert_array_equal(np.asarray(genes), VALUES)
    np.testing.assert_array_equal(list(genes), VALUES)
    assert len(genes) == 23
    assert genes.n_entries == np.count_nonzero(VALUES)


def test_sparse_genes__is_taken_apart_and_changed_like_the_array(genes):
    rows, columns = np.array([7, 2, 2, 20]), np.array([30, 4, 11])

    def both(change):
        np.testing.assert_array_equal(np.asarray(change(genes)), change(VALUES))

    both(lambda values: taken_genes(values, rows))
    both(lambda values: taken_samples(values, columns))
    both(lambda values: taken_samples(taken_genes(values, rows), columns))
    both(lambda values: taken_genes(taken_samples(values, columns), rows))
    both(lambda values: replaced_genes(values, {3: np.arange(40.0), 5: np.full(40, np.nan)}))
    np.testing.assert_array_equal(np.asarray(genes.transposed()), VALUES.T)
    factors = np.arange(40.0)
    mapped = genes.mapped(lambda values, samples: values * factors[samples])
    np.testing.assert_array_equal(np.asarray(mapped), VALUES * factors)
    chosen = mapped.take_samples(columns).mapped(lambda values, samples: values + samples)
    expected = (VALUES * factors)[:, columns]
    expected = np.where(expected != 0, expected + np.arange(3), 0)
    np.testing.assert_array_equal(np.asarray(chosen), expected)


def test_sparse_genes__comes_in_blocks(genes, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_ENTRIES", 20)
    monkeypatch.setattr(module, "_PART_ENTRIES", 60)
    blocks = list(genes.blocks())
    assert len(blocks) > 5
    np.testing.assert_array_equal(np.vstack([block.toarray() for _, block in blocks]), VALUES)
    parts = list(genes.sample_blocks())
    assert len(parts) > 2
    np.testing.assert_array_equal(np.hstack([part.toarray() for _, part in parts]), VALUES)
    held = [np.asarray(part) for _, part in sample_parts(genes)]
    np.testing.assert_array_equal(np.hstack(held), VALUES)


def test_write_genes__writes_the_same_bytes_of_both_kinds(tmp_path):
    for name, genes in (("held", sparse(VALUES)), ("filed", filed(VALUES))):
        with (tmp_path / name).open("wb") as stream:
            write_genes(genes, stream)
    assert (tmp_path / "held").read_bytes() == (tmp_path / "filed").read_bytes()
    np.testing.assert_array_equal(np.asarray(FiledGenes(GeneFile(tmp_path / "held"))), VALUES)


def test_sparse_genes__refuses_what_would_not_fit_dense(monkeypatch):
    huge = HeldGenes(scipy.sparse.csr_matrix((60_000, 50_000)))
    assert huge.is_large
    assert huge[59_999].shape == (50_000,)
    for whole in (np.asarray, lambda genes: genes[:30_000], lambda genes: genes[:, ::2]):
        with pytest.raises(InputError, match=r"12 GB|24 GB") as refused:
            whole(huge)
        assert refused.value.code == "too-large"
    monkeypatch.setattr(module, "LARGE_BYTES", 0)
    assert not sparse(np.ones((3, 3))).is_large  # its entries take more than its values
