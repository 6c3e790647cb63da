"""Transfer a table between processes: arrays as .npy files, the rest as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genie3_engine.data.decisions import Decision
from genie3_engine.data.io.sandbox.array_files import load_array, save_array
from genie3_engine.data.io.table import Part, Table, TableCell

_FACTS = "table.json"
_PLAIN = (
    *("column_names", "row_names", "corner", "delimiter", "encoding", "warnings"),
    *("genes_in_rows", "orientation_reason", "row_annotations", "column_annotations", "n_odd"),
    "label",
)
_SPARSE = ("data", "indices", "indptr")


def save_table(table: Table, folder: Path) -> None:
    """Write a table into an empty folder.

    Parameters
    ----------
    table : Table
        Its blocks are gone afterwards.
    folder : Path
        Where to.
    """
    facts: dict[str, Any] = {key: getattr(table, key) for key in _PLAIN}
    facts["odd_cells"] = [asdict(cell) for cell in table.odd_cells]
    facts["part"] = asdict(table.part)
    facts["decisions"] = [decision.to_dict() for decision in table.decisions]
    facts["n_blocks"] = len(table.blocks)
    if table.sparse is not None:
        facts["sparse"] = [table.sparse.format, [int(n) for n in table.sparse.shape]]
        for key in _SPARSE:
            save_array(getattr(table.sparse, key), folder / f"{key}.npy")
    for i in reversed(range(len(table.blocks))):
        save_array(table.blocks.pop(), folder / f"{i}.npy")
    (folder / _FACTS).write_text(json.dumps(facts), encoding="utf-8")


def load_table(folder: Path) -> Table:
    """Read a table back; large arrays are mapped and outlive the folder.

    Parameters
    ----------
    folder : Path
        What `save_table` filled.

    Returns
    -------
    Table
        The same.
    """
    facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    sparse = None
    if "sparse" in facts:
        from scipy.sparse import csc_matrix, csr_matrix

        form, shape = facts["sparse"]
        kind = csr_matrix if form == "csr" else csc_matrix
        arrays = [load_array(folder / f"{key}.npy") for key in _SPARSE]
        sparse = kind(tuple(arrays), shape=tuple(shape), copy=False)
        sparse.has_canonical_format = True
    return Table(
        [load_array(folder / f"{i}.npy") for i in range(facts["n_blocks"])],
        sparse=sparse,
        odd_cells=[TableCell(**cell) for cell in facts["odd_cells"]],
        decisions=[Decision.from_dict(each) for each in facts["decisions"]],
        part=Part(**{**facts["part"], "names": tuple(facts["part"]["names"])}),
        **{key: facts[key] for key in _PLAIN},
    )
