"""Measure time and memory of the archive of a run of five million links, and of its import.

Links of 2,240 genes, all pairs, and a data set of as many genes in 2,000 samples are made once.
Each step is then done by a process of its own; memory is what its peak grew by after the imports.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench_exports import make_run
from genie3_engine.archives import archive_run, import_archive
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder


def make(folder: Path, n_genes: int, n_samples: int) -> None:
    """Make a data set and a run that is done in the home."""
    genes = tuple(f"GENE{i:05d}" for i in range(n_genes))
    values = np.random.default_rng(1).gamma(2.0, size=(n_genes, n_samples))
    samples = tuple(f"sample {i}" for i in range(n_samples))
    dataset = save_dataset(Expression(values, genes, samples))
    n_links = make_run(folder, n_genes, dataset)
    done = RunStatus(JobState.DONE, targets_done=n_genes, targets_total=n_genes, created=1.0)
    RunFolder.open(folder).write_status(done)
    print(f"{n_links:,} links; data of {values.nbytes / 1e6:.0f} MB\n")


def peak() -> float:
    """Return the largest memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def step(what: str, run: Path, file: Path) -> None:
    """Archive a run into a file, or import it into the home, and print what that took."""
    before, began, cpu = peak(), time.perf_counter(), time.process_time()
    with file.open("w+b" if what == "archive" else "rb") as stream:
        if what == "archive":
            archive_run(run, stream)
        else:
            assert import_archive(stream).is_new
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    size = file.stat().st_size / 1e6
    print(f"| {what} | {seconds:.1f} s | {cpu:.1f} s | {size:.0f} MB | {peak() - before:.0f} MB |")


def main() -> None:
    """Archive, import elsewhere, archive again, and compare the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", type=int, default=2240, help="(default: %(default)s)")
    parser.add_argument("--samples", type=int, default=2000, help="(default: %(default)s)")
    parser.add_argument("--step", nargs=3, metavar=("WHAT", "RUN", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        what, run, file = args.step
        if what == "make":
            make(Path(run), args.genes, args.samples)
        else:
            step(what, Path(run), Path(file))
        return

    def do(what: str, home: Path, file: Path) -> None:
        again = [sys.executable, __file__, "--genes", str(args.genes)]
        again += ["--samples", str(args.samples), "--step", what, str(home / "runs/run"), str(file)]
        subprocess.run(again, check=True, env={**os.environ, "GENIE3_HOME": str(home)})

    with tempfile.TemporaryDirectory() as name:
        first, second = Path(name) / "first", Path(name) / "second"
        one, other = Path(name) / "one.zip", Path(name) / "other.zip"
        do("make", first, one)
        print("| step | time | CPU time | archive | memory, growth |\n|---|---:|---:|---:|---:|")
        sys.stdout.flush()
        do("archive", first, one)
        do("import", second, one)
        do("archive", second, other)
        print(f"\nSame bytes again: {one.read_bytes() == other.read_bytes()}")


if __name__ == "__main__":
    main()
