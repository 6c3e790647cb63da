"""Measure the comparison of two conditions on simulated networks.

30 correlated regulators and 100 targets; every gene has a level and a spread of its own in each
condition. Without a change of the network: how many p-values are small, and in how many seeds is
any q. With a fifth of the targets rewired: how well are changed links ranked, next to the change of
Spearman's correlation. With genes that are not centred inside the groups: how wrong are p-values.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.model import ForestSpec

simulated: Any = import_module("tests.differential.simulated_conditions")


def measure_null(sizes: tuple[int, int], seeds: Sequence[int], **how: Any) -> None:  # noqa: ANN401
    """Print how often p and q are small although nothing changes."""
    p, refused, rewired, start = [], 0, [], time.process_time()
    for seed in seeds:
        found = simulated.compare(
            simulated.simulate(sizes, seed=seed), ForestSpec(n_trees=100, seed=seed), **how
        )
        p.append(found.changes.p)
        refused += bool((found.changes.q <= 0.05).any())
        rewired.append(found.rewiring.p)
    shares = ", ".join(
        f"P(p <= {level}) {(np.concatenate(p) <= level).mean():.4f}"
        for level in (0.05, 0.01, 0.001)
    )
    print(
        f"no change, {sizes[0]} and {sizes[1]} samples, {len(seeds)} seeds, {how}: {shares}; "
        f"any q <= 0.05 in {refused}; targets P(p <= 0.05) "
        f"{(np.concatenate(rewired) <= 0.05).mean():.4f}; {time.process_time() - start:.0f} s",
        flush=True,
    )


def measure_rewired(sizes: tuple[int, int], seeds: Sequence[int], **how: Any) -> None:  # noqa: ANN401
    """Print how well changed links and rewired targets are found."""
    rows, start = [], time.process_time()
    for seed in seeds:
        found = simulated.compare(
            simulated.simulate(sizes, share_rewired=0.2, seed=seed),
            ForestSpec(n_trees=100, seed=seed),
            **how,
        )
        changed, judged, of_rewired = found.truth != 0, found.changes, found.of_rewired
        chosen = judged.q <= 0.1
        rows.append(
            (
                found.average_precision(judged.z),
                found.average_precision(found.fisher_z),
                (np.sign(judged.z[changed]) == found.truth[changed]).mean(),
                (chosen & changed).sum() / found.n_changed,
                changed[chosen].mean() if chosen.any() else np.nan,
                of_rewired[chosen].mean() if chosen.any() else np.nan,
                (judged.p[~of_rewired] <= 0.05).mean(),
                (found.rewiring.q[found.is_rewired] <= 0.05).mean(),
                (found.rewiring.p[~found.is_rewired] <= 0.05).mean(),
            )
        )
    names = (
        "average precision of z",
        "of the correlation",
        "right signs",
        "changed links at q <= 0.1",
        "precision there",
        "by target",
        "links of unchanged targets P(p <= 0.05)",
        "rewired targets at q <= 0.05",
        "unchanged targets P(p <= 0.05)",
    )
    means = zip(names, np.nanmean(rows, axis=0).tolist(), strict=True)
    print(
        f"a fifth rewired, {sizes[0]} and {sizes[1]} samples, {len(seeds)} seeds, {how}: "
        + ", ".join(f"{name} {mean:.3f}" for name, mean in means)
        + f"; {time.process_time() - start:.0f} s",
        flush=True,
    )


def main() -> None:
    """Measure what is chosen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--more", type=int, default=200)
    parser.add_argument("--top", type=int, default=500)
    parser.add_argument("--only", choices=["null", "rewired", "uncentred", "unequal"])
    options = parser.parse_args()
    os.nice(5)
    seeds = range(1, options.seeds + 1)
    few = seeds[: max(1, options.seeds // 4)]
    if options.only in (None, "null"):
        measure_null((60, 60), seeds, n_more=options.more, top=options.top)
    if options.only in (None, "unequal"):
        measure_null((40, 100), few, n_more=options.more, top=options.top)
    if options.only in (None, "uncentred"):
        measure_null((60, 60), few, top=options.top, is_centred=False)
    if options.only in (None, "rewired"):
        for sizes in ((60, 60), (120, 120)):
            measure_rewired(sizes, few, n_more=options.more, top=options.top)


if __name__ == "__main__":
    main()
