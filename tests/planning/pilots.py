"""Pilots and runs with round numbers, for the tests of planning."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from genie3_engine.model import COMPILED, ForestSpec, LayoutSpec, RunSpec
from genie3_engine.planning import Pilot

MACHINE = {
    "host": "here",
    "processor": "Test CPU",
    "usable_cores": 2,
    "memory_bytes": 16 * 10**9,
}


def pilot(**changes: Any) -> Pilot:
    """Ten targets of 1 s each, two at once, on cores that nobody else used."""
    made = Pilot(
        measured_at=0.0,
        machine=MACHINE,
        n_trees=100,
        targets_at_once=2,
        n_workers=2,
        target_seconds=(0.8, 1.2) * 5,
        fixed_seconds=0.0,
        slot_seconds=10.0,
        step_seconds={
            "starting": 0.5,
            "reading": 0.1,
            "preparing": 0.2,
            "compiling": 0.4,
            "writing": 0.3,
        },
        links_share=1.0,
        n_links=1000,
        n_genes_read=1000,
        start_bytes=40 * 10**6,
        compute_bytes=200 * 10**6,
        rest_bytes=190 * 10**6,
        write_bytes=280 * 10**6,
        wall_seconds=6.0,
    )
    return replace(made, **changes)


def spec(
    n_trees: int = 100,
    *,
    engine: str = COMPILED,
    n_threads: int | None = 2,
    **changes: Any,
) -> RunSpec:
    """A run on every gene, two threads."""
    return RunSpec(
        "d" * 64,
        forest=ForestSpec(n_trees=n_trees, engine=engine),
        layout=LayoutSpec(n_threads=n_threads),
        **changes,
    )


def shape(n_genes: int = 1000, n_samples: int = 100) -> Any:
    """A data set of which only the shape is looked at."""
    return SimpleNamespace(n_genes=n_genes, n_samples=n_samples, is_sparse=False)
