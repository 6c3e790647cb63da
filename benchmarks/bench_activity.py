"""Measure how long the activity of regulons takes, by cells, genes and regulons."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine.data.expression import Expression
from genie3_engine.regulons.activity import Activity
from genie3_engine.regulons.regulon import Regulon, RegulonSet, Sign

_GENES_AT_ONCE = 500


def counts(path: Path, n_genes: int, n_cells: int) -> Expression:
    """Write logarithms of counts, most of them zero, and open them as stored data are."""
    rng = np.random.default_rng(0)
    values = np.lib.format.open_memmap(path, "w+", np.float64, (n_genes, n_cells))
    means = rng.gamma(0.3, 1, (n_genes, 1))
    for first in range(0, n_genes, _GENES_AT_ONCE):
        some = means[first : first + _GENES_AT_ONCE]
        values[first : first + len(some)] = np.log1p(rng.poisson(some, (len(some), n_cells)))
    values.flush()
    genes = tuple(f"gene {i}" for i in range(n_genes))
    cells = tuple(f"cell {i}" for i in range(n_cells))
    return Expression(np.load(path, mmap_mode="r"), genes, cells)


def regulons(genes: tuple[str, ...], n_regulons: int, n_targets: int) -> RegulonSet:
    """Make regulons of random targets."""
    rng = np.random.default_rng(1)
    made = []
    for i in range(n_regulons):
        targets = np.setdiff1d(rng.choice(len(genes), n_targets, replace=False), i)
        made.append(
            Regulon(
                *(f"{genes[i]}(+)", genes[i], Sign.ACTIVATING, "targets=50", "top50"),
                targets.astype(np.int32),
                np.ones(len(targets), np.float32),
            )
        )
    return RegulonSet(genes, tuple(made))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--regulons", type=int, default=1_000)
    parser.add_argument("--targets", type=int, nargs="+", default=[50, 5_000])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        expression = counts(Path(folder) / "values.npy", args.genes, args.cells)
        for n_targets in args.targets:
            activity = Activity(expression, regulons(expression.genes, args.regulons, n_targets))
            next(activity.blocks())  # compiles
            began, cpu = time.monotonic(), time.process_time()
            activity.matrix()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(
                f"{args.cells:,} cells, {args.genes:,} genes, {args.regulons:,} regulons of "
                f"{n_targets:,} targets: {time.process_time() - cpu:.1f} s of processor, "
                f"{time.monotonic() - began:.1f} s in all, peak memory {peak:.2f} GB with the "
                "pages of the values"
            )


if __name__ == "__main__":
    main()
