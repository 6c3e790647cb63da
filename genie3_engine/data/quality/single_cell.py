"""Are these single cells, and what does GENIE3 assume of them?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from genie3_engine.data.quality.context import Case, percent
from genie3_engine.data.quality.findings import Finding, Severity
from genie3_engine.data.quality.references import BEELINE, SCENIC, SINGLE_CELL_LACK

_FEWEST_GROUPS = 10
_CELLS_A_GROUP = 5
_COLUMNS_PAIRED = 8


def single_cells(case: Case) -> Iterator[Finding]:
    """Say what GENIE3 assumes, and offer pseudo-bulk by a column of the file."""
    if not case.looks_single_cell or "pseudo-bulk" in case.recipe:
        return
    columns = pseudo_bulk_columns(case)
    tail = ""
    if columns:
        shown = "' and '".join(columns[0].split(","))
        tail = f" The file labels its cells by '{shown}', which pseudo-bulk could follow."
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
    """Return annotation columns, or pairs of them, that give enough groups of enough cells.

    One column is better than two, and more groups are better than fewer.
    """
    sizes = {
        name: len(set(entries))
        for name, entries in case.raw.annotations.items()
        if not set(name) & set(",=")
    }
    most = case.raw.n_samples / _CELLS_A_GROUP
    one = [name for name, size in sizes.items() if _FEWEST_GROUPS <= size <= most]
    if one:
        return sorted(one, key=lambda name: (-sizes[name], name))
    few = [name for name, size in sizes.items() if 2 <= size < _FEWEST_GROUPS][:_COLUMNS_PAIRED]
    pairs = {
        f"{first},{second}": len(
            set(zip(case.raw.annotations[first], case.raw.annotations[second], strict=True))
        )
        for first, second in combinations(few, 2)
    }
    enough = [pair for pair, size in pairs.items() if _FEWEST_GROUPS <= size <= most]
    return sorted(enough, key=lambda pair: (-pairs[pair], pair))
