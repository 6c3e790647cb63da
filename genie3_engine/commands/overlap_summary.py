"""Summarise what two networks have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genie3_engine.commands import output
from genie3_engine.differential.tables import write_named
from genie3_engine.networks.overlap import network_overlap, strongest_of_either

_MARKS = (10, 100, 1_000, 10_000, 100_000)


def summarise(first: Path, second: Path) -> dict[str, Any]:
    """Return what two finished runs have in common, as plain JSON values."""
    found = network_overlap(first, second)
    curve = found.curve
    largest = int(curve.n_links.max()) if len(curve) else 0
    marks = sorted({mark for mark in (*_MARKS, largest) if 0 < mark <= largest})
    rows = [curve.iloc[(curve.n_links - mark).abs().argmin()] for mark in marks]
    return {
        "first": str(first),
        "second": str(second),
        "n_first": found.n_first,
        "n_second": found.n_second,
        "n_common": found.n_common,
        "n_only_first": found.n_only_first,
        "n_only_second": found.n_only_second,
        "n_left_out_first": found.n_left_out_first,
        "n_left_out_second": found.n_left_out_second,
        "spearman_common": found.spearman_common,
        "spearman_all": found.spearman_all,
        "overlap": [
            {
                "n_links": int(row.n_links),
                "n_common": int(row.n_common),
                "overlap": float(row.overlap),
                "by_chance": float(row.by_chance),
            }
            for row in rows
        ],
    }


def print_summary(facts: dict[str, Any]) -> None:
    """Print a summary for people."""
    left_out = facts["n_left_out_first"] + facts["n_left_out_second"]
    output.print_facts(
        [
            ("first", f"{facts['first']}: {facts['n_first']:,} links"),
            ("second", f"{facts['second']}: {facts['n_second']:,} links"),
            (
                "links",
                f"{facts['n_common']:,} in both, {facts['n_only_first']:,} in the first only, "
                f"{facts['n_only_second']:,} in the second only",
            ),
            (
                "Spearman",
                f"{facts['spearman_common']:.3f} of common links, {facts['spearman_all']:.3f} of "
                "all",
            ),
            *(
                [("left out", f"{left_out:,} links of genes that the other did not consider")]
                if left_out
                else []
            ),
            *(("file", path) for path in facts.get("files", ())),
        ]
    )
    print()
    output.print_table(
        ["strongest links", "in common", "share", "by chance"],
        [
            [
                f"{row['n_links']:,}",
                f"{row['n_common']:,}",
                f"{row['overlap']:.3f}",
                f"{min(1.0, row['by_chance']):.3f}",
            ]
            for row in facts["overlap"]
        ],
    )


def write(first: Path, second: Path, folder: Path, *, n_links: int, form: str) -> list[str]:
    """Write the strongest links of either network, and the overlap, as tables; return the files."""
    import pyarrow as pa

    tables = {
        "links": strongest_of_either(first, second, n_links),
        "overlap": network_overlap(first, second).curve,
    }
    arrow = {
        name: pa.Table.from_pandas(table, preserve_index=False) for name, table in tables.items()
    }
    return [str(path) for path in write_named(arrow, folder, form)]
