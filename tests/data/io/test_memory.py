"""Tests of the memory that readers need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy import sparse

from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
N_CELLS, N_GENES = 50_000, 5_000
READ = """
import sys
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.quality import apply, finalise, parse_recipe
raw, _ = read_raw(sys.argv[1])
assert raw.is_sparse and raw.values.format == "csr" and raw.values.shape == (5000, 50000)
chosen = finalise(apply(raw, parse_recipe(["keep-variable=100"])).raw)
assert chosen.values.shape == (100, 50000)
status = open("/proc/self/status").read()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def write_cells(path, n_cells, n_genes, *, density):
    """Write sparse counts by h5py, as anndata lays them out."""
    rng = np.random.default_rng(3)
    n_values = round(n_cells * n_genes * density)
    places = rng.integers(n_cells, size=n_values), rng.integers(n_genes, size=n_values)
    values = rng.geometric(0.4, n_values).astype(np.float32)
    counts = sparse.csr_matrix((values, places), shape=(n_cells, n_genes))
    text = h5py.string_dtype()
    with h5py.File(path, "w") as root:
        group = root.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0"})
        group.attrs["shape"] = counts.shape
        for key in ("data", "indices", "indptr"):
            group.create_dataset(key, data=getattr(counts, key))
        for key, prefix, count in (("obs", "cell", n_cells), ("var", "GENE", n_genes)):
            frame = root.create_group(key)
            frame.attrs["_index"] = "_index"
            frame.create_dataset("_index", data=[f"{prefix}{i}" for i in range(count)], dtype=text)


def test_read_raw__holds_fifty_thousand_cells_in_little_memory(tmp_path):
    path = tmp_path / "cells.h5ad"
    write_cells(path, N_CELLS, N_GENES, density=0.02)
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    assert int(done.stdout) < 600  # MiB; the dense matrix takes 1,907


def test_read_expression__refuses_what_is_too_large_unless_sparse(tmp_path):
    path = tmp_path / "cells.h5ad"
    write_cells(path, N_CELLS, 12_000, density=1e-4)
    with pytest.raises(InputError, match=r"4\.8 GB") as caught:
        read_expression(path)
    assert caught.value.code == "too-large"
    assert "keep-variable" in caught.value.remedy
    assert 59_000 < read_raw(path)[0].values.nnz <= 60_000
