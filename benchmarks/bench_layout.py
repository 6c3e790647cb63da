"""Measure how long drawn networks take to lay out, by their links and components.

Components have one regulator and sizes that fall as in networks of the strongest link of each
target; the last network is one component of 3,000 genes. Processor time of one thread.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.label_placement import place_labels
from tests.networks.networks_to_draw import large_network

SIZES = (
    (300, 1),
    (300, 100),
    (1_000, 100),
    (2_000, 222),
    (5_000, 1_000),
    (15_000, 500),
    (15_000, 5_000),
)


def make_links(n_links: int, n_components: int, *, seed: int = 0) -> pd.DataFrame:
    """Return links between genes that form a number of components."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, n_components + 1) ** 0.8
    extra = rng.choice(n_components, n_links - n_components, p=weights / weights.sum())
    component = np.concatenate([np.arange(n_components), extra])
    return pd.DataFrame(
        {
            "regulator": [f"regulator {i}" for i in component],
            "target": [f"target {i}" for i in range(n_links)],
            "importance": np.linspace(1, 0.1, n_links),
        }
    )


def main() -> None:
    """Print a table of times."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    layout_graph(make_links(10, 2))  # imports
    heads = ("links", "components", "genes", "layout, CPU seconds", "labels, CPU seconds")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    for n_links, n_components in SIZES:
        measure(make_links(n_links, n_components), n_components)
    measure(large_network(), 1)


def measure(links: pd.DataFrame, n_components: int) -> None:
    """Print the times of one network."""
    started = time.thread_time()
    shown = layout_graph(links)
    laid_out = time.thread_time()
    n = len(shown.genes)
    degree = np.bincount(shown.source, minlength=n).astype(np.float64)
    points = np.column_stack([shown.x, shown.y])
    place_labels(points, degree / degree.max(), shown.genes, priority=degree)
    ended = time.thread_time()
    print(
        f"| {len(links):,} | {n_components:,} | {n:,} | {laid_out - started:.2f}"
        f" | {ended - laid_out:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
