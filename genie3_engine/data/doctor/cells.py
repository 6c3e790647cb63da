"""Are these single cells, and what does GENIE3 assume of them?"""

from __future__ import annotations

from collections.abc import Iterator

from genie3_engine.data.doctor.case import Case, percent
from genie3_engine.data.doctor.findings import Finding, Severity
from genie3_engine.data.doctor.literature import BEELINE, SCENIC, SINGLE_CELL_LACK

_FEWEST_GROUPS = 10
_CELLS_A_GROUP = 5


def single_cells(case: Case) -> Iterator[Finding]:
    """Say what GENIE3 assumes, and offer pseudo-bulk by a column of the file."""
    if not case.looks_single_cell or "pseudo-bulk" in case.recipe:
        return
    columns = pseudo_bulk_columns(case)
    tail = ""
    if columns:
        tail = f" The file labels its cells by '{columns[0]}', which pseudo-bulk could follow."
    yield Finding(
        "single-cells",
        Severity.NOTE,
        f"{percent(case.measures.n_zero, case.measures.n_values)} of the values are zero, as in "
        f"single cells.{tail}",
        "GENIE3 takes every cell for an independent sample in a steady state and every zero for a "
        "measurement; it knows neither dropout nor time. It is used on single cells nevertheless "
        f"({SCENIC}) and was among the methods recommended there ({BEELINE}), though another "
        f"comparison found network methods wanting on single cells ({SINGLE_CELL_LACK}). Cells "
        "added up by donor and type are closer to what it was made for.",
        tuple(f"pseudo-bulk={column}" for column in columns[:2]),
    )


def pseudo_bulk_columns(case: Case) -> list[str]:
    """Return annotation columns with enough groups of enough cells, most groups first."""
    sizes = {
        name: len(set(entries)) for name, entries in case.raw.annotations.items() if "=" not in name
    }
    most = case.raw.n_samples / _CELLS_A_GROUP
    usable = [name for name, size in sizes.items() if _FEWEST_GROUPS <= size <= most]
    return sorted(usable, key=lambda name: (-sizes[name], name))
