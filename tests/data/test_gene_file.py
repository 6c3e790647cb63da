"""A file of genes gives back what was written, or says that it is damaged."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest

from genie3_engine.data.gene_file import GeneFile, GeneFileWriter
from genie3_engine.errors import RunError

N_SAMPLES = 70_000


@pytest.fixture
def genes():
    """Samples and values of genes that are written in each of the ways there are."""
    rng = np.random.default_rng(1)

    def samples(n):
        return np.sort(rng.choice(N_SAMPLES, n, replace=False)).astype(np.int32)

    return [
        (samples(900), rng.poisson(2.0, 900) + 1.0),  # few distinct values, near samples
        (samples(5), np.array([1.0, np.nan, -3.5, 1e300, 1.0])),  # far samples, a missing value
        (np.empty(0, np.int32), np.empty(0)),
        (samples(3_000), rng.random(3_000)),  # values that all differ
        (samples(2_000), np.repeat(rng.random(500), 4)),  # more of them than a byte counts
        (np.array([N_SAMPLES - 1], np.int32), np.array([2.0])),
    ]


@pytest.fixture
def path(genes, tmp_path):
    path = tmp_path / "values.genes"
    with path.open("wb") as stream:
        writer = GeneFileWriter(stream, N_SAMPLES)
        for samples, values in genes:
            writer.append(samples, values)
        writer.finish()
    return path


def test_gene_file__gives_what_was_written_in_any_order(genes, path):
    file = GeneFile(path)
    path.unlink()  # an open file is there for as long as it is needed
    assert file.shape == (len(genes), N_SAMPLES)
    assert file.n_entries.tolist() == [len(values) for _, values in genes]
    for gene in (5, 0, 3, 2, 1, 4, 0):
        samples, values = file.entries(gene)
        np.testing.assert_array_equal(samples, genes[gene][0])
        np.testing.assert_array_equal(values, genes[gene][1])


def test_gene_file__takes_little_room_for_counts(path):
    assert GeneFile(path).n_entries.sum() == 5_906
    assert path.stat().st_size < 3_000 * 12 + 2_906 * 6


def test_gene_file__leaves_out_zeros():
    stream = io.BytesIO()
    writer = GeneFileWriter(stream, 3)
    writer.append(np.array([0, 1, 2]), np.array([0.0, 4.0, -0.0]))
    writer.finish()
    without = io.BytesIO()
    writer = GeneFileWriter(without, 3)
    writer.append(np.array([1]), np.array([4.0], np.float32))
    writer.finish()
    assert stream.getvalue() == without.getvalue()


@pytest.mark.parametrize("length", [0, 7, 20, 500, -1, -24])
def test_gene_file__refuses_a_file_that_is_cut_off(path, length):
    os.truncate(path, length if length >= 0 else path.stat().st_size + length)
    with pytest.raises(ValueError, match=r"index|not a file"):
        GeneFile(path)


def test_gene_file__notices_every_changed_byte(path):
    whole = path.read_bytes()
    expected = [GeneFile(path).entries(gene) for gene in range(6)]
    for at in np.random.default_rng(2).choice(len(whole), 300, replace=False):
        changed = bytearray(whole)
        changed[at] ^= 0x41
        path.write_bytes(changed)
        try:
            file = GeneFile(path)
            found = [file.entries(gene) for gene in range(len(file.n_entries))]
        except (ValueError, RunError):
            continue
        for (samples, values), (samples_before, values_before) in zip(
            found, expected, strict=True
        ):  # what differs is not the expression
            np.testing.assert_array_equal(samples, samples_before)
            np.testing.assert_array_equal(values, values_before)
