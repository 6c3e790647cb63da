"""Tests of reading HDF5 files of 10x Genomics."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.errors import InputError, OptionError
from tests.data.io.samples import GENES, SAMPLES, VALUES


@pytest.mark.parametrize("title", ["10x HDF5", "10x HDF5 of version 2"])
def test_read_tenx_hdf5__reads_both_versions(title, written):
    raw, report = read_raw(written(title))
    assert (raw.genes, raw.samples) == (GENES, SAMPLES)
    np.testing.assert_array_equal(raw.values.toarray(), VALUES)
    assert report.orientation == "genes-in-rows"


def test_read_tenx_hdf5__refuses_a_matrix_without_its_parts(written):
    path = written("10x HDF5")
    with h5py.File(path, "a") as root:
        del root["matrix/indptr"]
    with pytest.raises(InputError):
        read_expression(path)


def test_read_tenx_hdf5__names_a_second_genome(written):
    path = written("10x HDF5 of version 2")
    with h5py.File(path, "a") as root:
        first = next(iter(root))
        root.copy(first, "zz10")
        root["zz10/data"][:] = root[f"{first}/data"][:] * 2
    raw, report = read_raw(path)
    assert any("'zz10' left out (--layer" in warning for warning in report.warnings)
    assert (report.layer, report.layers) == (first, (first, "zz10"))
    other, report = read_raw(path, layer="zz10")
    assert report.layer == "zz10"
    np.testing.assert_array_equal(other.values.toarray(), 2 * raw.values.toarray())
    with pytest.raises(OptionError, match="no layer 'hg19'"):
        read_raw(path, layer="hg19")


def test_read_tenx_hdf5__of_one_genome_has_no_layers(written):
    for kind in ("10x HDF5", "10x HDF5 of version 2"):
        assert read_raw(written(kind))[1].layers == ()
