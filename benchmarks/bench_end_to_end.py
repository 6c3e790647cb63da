"""Measure the whole command on a real data set, and project it to a large one.

The command line is timed from outside, as a user would: start-up, reading, computing, ranking and
writing, with the peak resident memory of all its processes together. Two measurements:

1. E. coli, 3,923 genes x 278 samples with its regulators: the whole network.
2. A simulated set of 49,196 genes x 193 samples: some random targets, from which the time of all
   targets is projected: (computing seconds / targets measured) x all targets, plus what is done
   once (start-up, reading, preparing).

Writing takes more for all targets than for a few; it is not projected and is small
compared with the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
ECOLI = ROOT.parent / "shared" / "data" / "ecoli_precise"
EXPRESSION = "log_tpm_3923x278.tsv.gz"
REGULATORS = "tf_ids_derived.tsv"
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """What one command took.

    Parameters
    ----------
    wall_seconds : float
        From its start to its end.
    peak_bytes : int
        Largest resident memory of the process and all below it, sampled ten times a second.
    seconds : dict of str to float
        The run's own account of its steps.
    n_targets : int
        Targets computed.
    """

    wall_seconds: float
    peak_bytes: int
    seconds: dict[str, float]
    n_targets: int

    def report(self, title: str) -> str:
        """Return the measurement as lines for a person."""
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in self.seconds.items())
        return (
            f"{title}\n"
            f"  whole command  {self.wall_seconds:.1f} s ({self.wall_seconds / 60:.2f} min)"
            f" for {self.n_targets:,} targets\n"
            f"  peak memory    {self.peak_bytes / 1e9:.2f} GB, all processes together\n"
            f"  seconds by step: {steps}"
        )


def resident_bytes(process: psutil.Process) -> int:
    """Resident memory of a process and all that it started."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def timed_command(arguments: list[str], home: Path) -> tuple[float, int]:
    """Run the command line; return its wall seconds and its peak memory."""
    command = [sys.executable, "-m", "genie3_engine", *arguments]
    print(f"$ python -m genie3_engine {' '.join(arguments)}", flush=True)
    start, peak = time.perf_counter(), 0
    environment = {**os.environ, "GENIE3_HOME": str(home)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as running:
        while running.poll() is None:
            try:
                peak = max(peak, resident_bytes(psutil.Process(running.pid)))
                running.wait(POLL_SECONDS)
            except (psutil.NoSuchProcess, subprocess.TimeoutExpired):
                continue
    seconds = time.perf_counter() - start
    if running.returncode:
        raise SystemExit(f"The command ended with exit code {running.returncode}.")
    return seconds, peak


def measure_infer(
    expression: Path, options: argparse.Namespace, *, workplace: Path, more: list[str]
) -> Measured:
    """Infer a network and read the timings of the run."""
    import pyarrow.parquet as pq

    run = workplace / f"run-{expression.name.split('.')[0]}"
    seconds, peak = timed_command(
        [
            *("infer", str(expression), "--out", str(run)),
            *("--trees", str(options.trees), "--seed", "1", "--threads", str(options.threads)),
            *("--engine", options.engine, *more),
        ],
        workplace / "home",
    )
    timings = json.loads((run / "timings.json").read_text(encoding="utf-8"))
    n_targets = pq.read_metadata(run / "targets.parquet").num_rows
    return Measured(seconds, peak, timings["seconds"], n_targets)


def measure_ecoli(options: argparse.Namespace, workplace: Path) -> Measured:
    """Time the whole E. coli network, or its first targets."""
    more = ["--regulators", str(options.data / REGULATORS)]
    if options.targets is not None:
        more += ["--targets", str(options.targets)]
    return measure_infer(options.data / EXPRESSION, options, workplace=workplace, more=more)


def write_large_set(options: argparse.Namespace, workplace: Path) -> tuple[Path, Path]:
    """Simulate the large set; return the files of its expression and of some random targets."""
    folder = workplace / "large"
    size = ["--genes", str(options.genes), "--samples", str(options.samples)]
    timed_command(["simulate", *size, "--seed", "1", "--out", str(folder)], workplace / "home")
    with (folder / "expression.tsv").open(encoding="utf-8") as lines:
        next(lines)
        names = [line.partition("\t")[0] for line in lines]
    chosen = np.random.default_rng(1).choice(names, options.random_targets, replace=False)
    targets = workplace / "targets.txt"
    targets.write_text("\n".join(chosen.tolist()) + "\n", encoding="utf-8")
    return folder / "expression.tsv", targets


def projected_hours(measured: Measured, n_targets: int) -> float:
    """Project the time of all targets from that of some."""
    computing = measured.seconds["computing"]
    once = measured.wall_seconds - computing
    return float((computing / measured.n_targets * n_targets + once) / 3600)


def parsed_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ECOLI, help="folder of the E. coli set")
    parser.add_argument("--targets", type=int, help="first targets only, for a quick check")
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--engine", default="compiled", choices=["compiled", "scikit-learn"])
    parser.add_argument("--genes", type=int, default=49_196, help="genes of the large set")
    parser.add_argument("--samples", type=int, default=193, help="samples of the large set")
    parser.add_argument("--random-targets", type=int, default=50, help="measured in the large set")
    parser.add_argument("--only", choices=["ecoli", "large"], help="one of the two measurements")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = parsed_options()
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}; {options.engine}, {options.trees:,} trees, {options.threads} threads")
    with tempfile.TemporaryDirectory(prefix="genie3-benchmark-") as folder:
        workplace = Path(folder)
        if options.only != "large":
            if not options.data.is_dir():
                raise SystemExit(f"There is no folder {options.data}; give it with --data.")
            print(measure_ecoli(options, workplace).report("E. coli"), flush=True)
        if options.only != "ecoli":
            expression, targets = write_large_set(options, workplace)
            measured = measure_infer(
                expression, options, workplace=workplace, more=["--targets", str(targets)]
            )
            print(measured.report(f"{options.genes:,} genes x {options.samples} samples"))
            hours = projected_hours(measured, options.genes)
            print(f"  projected      {hours:.2f} hours for all {options.genes:,} targets")


if __name__ == "__main__":
    main()
