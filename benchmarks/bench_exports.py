"""Measure time and memory of each export of five million links.

Links of 2,240 genes, all pairs, are made once; each format is then written by a process of its
own. Memory is the process's peak, of which its libraries take most.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.model import JobState, RunSpec, RunStatus, TargetLinks
from genie3_engine.networks.exports import FORMATS, links_of_run
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder

DATASET = "0" * 64


def make_run(folder: Path, n_genes: int, dataset: str = DATASET) -> int:
    """Make a run with a link between every two genes, and return the number of links."""
    genes = tuple(f"GENE{i:05d}" for i in range(n_genes))
    rng = np.random.default_rng(0)
    run = RunFolder.create(folder, RunSpec(dataset), RunStatus(JobState.QUEUED))
    with PartWriter(run.parts_folder, dataset, shard_index=0, n_shards=1, genes=genes) as writer:
        for target in range(n_genes):
            others = np.delete(np.arange(n_genes, dtype=np.int32), target)
            scores = np.sort(rng.pareto(3, len(others)))[::-1]
            shares = (scores / scores.sum()).astype(np.float32)
            writer.add(TargetLinks(target, rng.permutation(others), shares, 0.3, 0.1))
    return finish_run(run, genes)


def write(run: Path, name: str) -> None:
    """Write one format, and print what it took."""
    started = time.perf_counter()
    with tempfile.NamedTemporaryFile() as file:
        FORMATS[name].write(links_of_run(run), file.file)
        file.flush()
        n_bytes = Path(file.name).stat().st_size
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"| {name} | {seconds:.1f} s | {n_bytes / 1e6:.0f} MB | {peak / 1e6:.0f} MB |")


def main() -> None:
    """Measure every format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", type=int, default=2240, help="(default: %(default)s)")
    parser.add_argument("--make", type=Path, metavar="RUN", help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, metavar=("RUN", "FORMAT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        write(Path(args.one[0]), args.one[1])
        return
    if args.make:
        print(f"{make_run(args.make, args.genes):,} links\n")
        return
    again = [sys.executable, __file__]  # in processes of their own: a child inherits the peak
    with tempfile.TemporaryDirectory() as name:
        run = Path(name) / "run"
        subprocess.run([*again, "--make", str(run), "--genes", str(args.genes)], check=True)
        print("| format | time | file | peak memory |\n|---|---|---|---|", flush=True)
        for form in FORMATS:
            subprocess.run([*again, "--one", str(run), form], check=True)


if __name__ == "__main__":
    main()
