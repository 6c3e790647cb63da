"""Networks whose drawings are examined: small, of many components, and large."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from genie3_engine.networks.colours import by_role
from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import View

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "genie3_engine" / "runs" / "sample_run"
# The 300 strongest links of `genie3 infer --method precision` on 3,923 genes of E. coli.
ECOLI = Path(__file__).with_name("ecoli_links.tsv")


def large_network(n_genes: int = 3_000, n_links: int = 15_000) -> pd.DataFrame:
    """Return random links of regulators with few targets and with many."""
    rng = np.random.default_rng(0)
    weights = rng.lognormal(sigma=1.0, size=n_genes // 5)
    regulators = rng.choice(len(weights), 2 * n_links, p=weights / weights.sum())
    targets = rng.integers(0, n_genes, 2 * n_links)
    targets[:n_genes] = np.arange(n_genes)
    pairs = pd.DataFrame({"regulator": regulators, "target": targets}).drop_duplicates()
    pairs = pairs[pairs["regulator"] != pairs["target"]].head(n_links)
    return ("gene" + pairs.astype(str)).assign(importance=np.linspace(1, 0.1, len(pairs)))


@cache
def view_of(name: str) -> View:
    """Return the view of a network: sample, ecoli or large."""
    if name == "sample":
        links = ranked_links(SAMPLE, top=300)
    else:
        links = pd.read_csv(ECOLI, sep="\t") if name == "ecoli" else large_network()
    return view_of_links(links)


def view_of_links(links: pd.DataFrame) -> View:
    """Return the view of all links of a table."""
    layout = layout_graph(links)
    colours = by_role(layout)
    n_targets = np.bincount(layout.source, minlength=len(layout.genes))
    return View(
        run=Path(),
        threshold=Threshold(ThresholdKind.RANK, len(links)),
        n_links=len(links),
        n_kept=len(links),
        layout=layout,
        colours=colours.genes,
        link_colours=(),
        sizes=n_targets / n_targets.max(),
        legend=colours.legend,
    )
