"""Measure time and extra memory of the doctor on large data.

Simulated counts of 49,196 genes x 193 samples and of 38,415 x 69, dense, and 5,000 genes x 50,000
cells, sparse, in memory already: reading is `bench_read.py`'s business. Each is examined, and then
fixed by a few fixes, in a process of its own. Memory is the growth of the process's peak; making
the sparse data takes more than examining them, so it shows none there.

    python benchmarks/bench_doctor.py
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SIZES = {
    "49,196 genes x 193 samples": (49_196, 193, False),
    "38,415 genes x 69 samples": (38_415, 69, False),
    "5,000 genes x 50,000 cells, sparse": (5_000, 50_000, True),
}
RECIPE = ("log1p-cpm", "keep-variable=500")


def simulated(n_genes: int, n_samples: int, is_sparse: bool) -> Any:  # noqa: ANN401
    from genie3_engine.data.raw_expression import RawExpression

    rng = np.random.default_rng(1)
    if is_sparse:
        import scipy.sparse

        values = scipy.sparse.random(n_genes, n_samples, 0.08, "csr", rng=rng)
        values.data = np.ceil(values.data * 5)
    else:
        values = rng.negative_binomial(2, 0.02, (n_genes, n_samples)).astype(np.float64)
    genes = tuple(f"gene{i}" for i in range(n_genes))
    return RawExpression(values, genes, tuple(f"sample{j}" for j in range(n_samples)))


def measured(size: str) -> dict[str, float]:
    from genie3_engine.data.quality import apply, diagnose, parse_recipe

    raw = simulated(*SIZES[size])
    diagnose(simulated(50, 40, False))  # loads libraries
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter(), time.process_time()
    diagnose(raw)
    ended = time.perf_counter(), time.process_time()
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    apply(raw, parse_recipe(RECIPE))
    return {
        "seconds": ended[0] - began[0],
        "cpu": ended[1] - began[1],
        "megabytes": growth / 1024,
        "fix_seconds": time.perf_counter() - ended[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=list(SIZES), help="measure one, and print JSON")
    args = parser.parse_args()
    if args.size:
        print(json.dumps(measured(args.size)))
        return
    print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}; fixes: {', '.join(RECIPE)}")
    print(f"{'data':<36} {'examine':>9} {'CPU':>8} {'memory':>9} {'fixes':>8}")
    for size in SIZES:
        command = [sys.executable, __file__, "--size", size]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        print(
            f"{size:<36} {found['seconds']:>7.2f} s {found['cpu']:>6.2f} s "
            f"{found['megabytes']:>6.0f} MB {found['fix_seconds']:>6.2f} s"
        )


if __name__ == "__main__":
    main()
