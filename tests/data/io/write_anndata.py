"""Writes the AnnData files of the tests; needs anndata, see files/README.md."""

from __future__ import annotations

import sys
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

sys.path.insert(0, str(Path(__file__).parent))
import samples


def main() -> None:
    """Write a dense file, and two sparse ones with layers, raw counts and labels."""
    obs = pd.DataFrame(
        {
            "tissue": pd.Categorical(samples.TISSUES),
            "batch": [1, 1, 2, 2, 1, 2],
            "depth": np.linspace(0, 1, len(samples.SAMPLES)),
            "is_tumour": [True, False] * 3,
            "note": pd.array(["a", None, "b", "c", "d", "e"], dtype="string"),
        },
        index=list(samples.SAMPLES),
    )
    var = pd.DataFrame({"gene_ids": list(samples.IDENTIFIERS)}, index=list(samples.GENES))
    anndata.settings.allow_write_nullable_strings = True
    for name, form in (
        ("dense", np.asarray),
        ("csr", sparse.csr_matrix),
        ("csc", sparse.csc_matrix),
    ):
        data = anndata.AnnData(X=form(samples.COUNTS.T), obs=obs.copy(), var=var.copy())
        data.raw = data.copy()
        data.X = form(samples.VALUES.T)
        data.layers["counts"] = form(samples.COUNTS.T)
        data.layers["log"] = samples.LOGS.T
        data.write_h5ad(samples.FILES / f"{name}.h5ad", compression="gzip")


if __name__ == "__main__":
    main()
