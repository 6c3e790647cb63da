"""Tests of the memory that readers need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy import sparse

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
N_CELLS, N_GENES = 50_000, 5_000
# As for an atlas, the entries go to a file: they would be held up to 33 million of them.
READ = """
import sys
import numpy as np
from genie3_engine.data import sparse_genes
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.quality import apply, diagnose, finalise, parse_recipe
from genie3_engine.datasets.store import open_dataset, save_dataset
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.model import ForestSpec
sparse_genes.HELD_ENTRIES = 1 << 20
raw, report = read_raw(sys.argv[1])
assert raw.is_sparse and raw.values.shape == (5000, 50000)
diagnose(raw, report)
fixed = apply(raw, parse_recipe(["log1p-cpm"])).raw
chosen = finalise(apply(fixed, parse_recipe(["keep-variable=100"])).raw)
assert chosen.values.shape == (100, 50000)
stored = open_dataset(save_dataset(finalise(fixed)))
assert stored.is_sparse
forests = CompiledForests(stored, np.arange(0, 5000, 50, dtype=np.int32), ForestSpec(n_trees=1))
forests.importance(1)
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


@pytest.mark.slow(30)
def test_reading_storing_and_inferring__of_fifty_thousand_cells_take_little_memory(tmp_path):
    path = tmp_path / "cells.h5ad"
    write_cells(path, N_CELLS, N_GENES, density=0.02)
    command = [sys.executable, "-c", READ, str(path)]
    home = {**os.environ, "GENIE3_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=home)
    assert int(done.stdout) < 600  # MiB; the dense matrix takes 1,907


def test_read_expression__refuses_what_is_too_large_unless_sparse(tmp_path):
    path = tmp_path / "cells.h5ad"
    write_cells(path, N_CELLS, 12_000, density=1e-4)
    expression, _ = read_expression(path)
    assert 59_000 < expression.values.n_entries <= 60_000
    with pytest.raises(InputError, match=r"4\.8 GB") as caught:
        np.asarray(expression.values)
    assert caught.value.code == "too-large"
    assert "keep-variable" in caught.value.remedy
