"""Measure what a visit costs: one sample of one candidate in the search for a node's split.

Nodes of many sizes are split again and again, from data of 50 to 100,000 samples with few and with
many levels, by the function that grows trees use. The table has the nanoseconds of processor time
a visit, the median of several measurements. A tree visits nodes of all sizes about equally often,
so the mean over the sizes of a data set is what its trees pay; it is drawn below, with the largest
step from one number of samples to the next.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.importance import fixed_point
from genie3_engine.kernels.ranks import rank_type
from genie3_engine.kernels.tree import split_node
from genie3_engine.kernels.workspace import (
    RESPONSE_BITS,
    SMALL_NODE,
    Workspace,
    is_ordered,
    new_workspace,
)

SAMPLES = (50, 100, 200, 400, 500, 600, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
NODES = (4, 8, 16, 32, 64, 96, 128, 256, 512, 1_024, 4_096, 16_384, 65_536)
N_REGULATORS = 100
VISITS = 2_000_000


@kernel
def split_again(
    work: Workspace, n: int, total: tuple[int, int], k: int, max_weight: int, repeats: int
) -> None:
    """Split one node ``repeats`` times."""
    for _ in range(repeats):
        split_node(work, 0, n, total, k, max_weight)


def workspace_of(n_samples: int, n_levels: int, rng: np.random.Generator) -> Workspace:
    """Return the memory of a target that depends on a few of random regulators."""
    ranks = np.array([rng.permutation(n_samples) for _ in range(N_REGULATORS)])
    ranks = ranks * n_levels // n_samples
    target = ranks[:5].sum(axis=0) + rng.normal(0, 2 * n_levels, n_samples)
    response, _ = fixed_point((target - target.mean()) / target.std())
    return new_workspace(
        ranks.astype(rank_type(n_levels)),
        response,
        candidates=np.arange(N_REGULATORS, dtype=np.int32),
        n_levels=n_levels,
    )


def nanoseconds_a_visit(work: Workspace, samples: NDArray[np.int64], k: int, repeats: int) -> float:
    """Return the median cost of a visit in a node of these samples, each drawn 1 to 3 times."""
    n = samples.size
    # In this order they are in a tree.
    if n <= SMALL_NODE or is_ordered(work):
        samples = samples[np.argsort(work.response[samples], kind="stable")]
    work.samples[:n] = samples
    work.weights[samples] = 1 + samples % 3
    work.weighted[:] = (work.weights << RESPONSE_BITS) + work.weights * work.response
    heavy = work.weights[samples]
    total = int(heavy.sum()), int((heavy * work.response[samples]).sum())
    n_splits = max(1, VISITS // (n * k))
    measured = []
    for _ in range(repeats):
        start = time.process_time()
        split_again(work, n, total, k, 3, n_splits)
        measured.append(time.process_time() - start)
    return 1e9 * median(measured) / (n_splits * n * k)


def main() -> None:
    """Measure and draw the cost of a visit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--levels", type=int, nargs="+", default=[0, 255, 20, 2], help="0: no ties")
    parser.add_argument("--samples", type=int, nargs="+", default=SAMPLES)
    parser.add_argument("--k", type=int, default=17, help="candidates at a node")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    for levels in options.levels:
        print(f"{levels or 'all different'} levels, K {options.k}; ns a visit by samples in a node")
        print("samples " + "".join(f"{size:>8,}" for size in NODES))
        means = []
        for n_samples in options.samples:
            rng = np.random.default_rng(n_samples)
            work = workspace_of(n_samples, min(levels or n_samples, n_samples), rng)
            costs = []
            for size in (size for size in NODES if size <= n_samples):
                chosen = np.sort(rng.permutation(n_samples)[:size])
                costs.append(nanoseconds_a_visit(work, chosen, options.k, options.repeats))
            print(f"{n_samples:>7,} " + "".join(f"{cost:>8.2f}" for cost in costs), flush=True)
            means.append(mean(costs))
        for n_samples, cost in zip(options.samples, means, strict=True):
            print(f"{n_samples:>7,} {cost:6.2f} {'#' * math.ceil(10 * cost)}")
        steps = [max(a, b) / min(a, b) for a, b in pairwise(means)]
        print(f"largest step: {max(steps, default=1.0):.2f}x\n")


if __name__ == "__main__":
    main()
