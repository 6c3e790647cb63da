"""Ranked links in a file, of pairs of positions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from genie3_engine.store.ranking import links_schema


def write_ranked(folder, ranking, *, n_genes, row_group_size=7):
    """Write (regulator, target), strongest first, in several row groups; return the file."""
    genes = pa.array([f"g{number:03d}" for number in range(n_genes)])
    schema = links_schema({})
    columns = [
        pa.DictionaryArray.from_arrays(
            pa.array([pair[side] for pair in ranking], pa.int32()), genes
        )
        for side in (0, 1)
    ]
    importance = pa.array(np.linspace(1, 0.5, len(ranking)).astype(np.float32))
    path = folder / "links.parquet"
    table = pa.Table.from_arrays([*columns, importance], schema=schema)
    pq.write_table(table, path, row_group_size=row_group_size)
    return path
