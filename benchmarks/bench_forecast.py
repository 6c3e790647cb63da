"""Compare forecasts with the runs that follow.

For each data set the command ``forecast`` is followed immediately by ``infer`` with the same
options, several times over. Time is that of the whole command, peak memory that of all its
processes, both measured from outside. One home is used throughout, so later forecasts learn from
earlier runs, as a user's do.

1. DREAM4, 100 genes x 100 samples.
2. E. coli, 3,923 genes x 278 samples with its regulators: the whole network.
3. Human, 38,415 genes x 69 samples: 300 random targets, every gene a candidate.

Asked for: time within 20 %, peak memory within 25 % (medians over the repeats), and at least 8 of
10 runs inside the interval.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
POLL_SECONDS = 0.05
TIME_LIMIT, MEMORY_LIMIT, COVERAGE = 0.20, 0.25, 0.8
REPEATS = {"dream4": 10, "ecoli": 4, "human": 10}
HUMAN_TARGETS = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """A forecast and what the run took.

    Parameters
    ----------
    forecast_seconds, low_seconds, high_seconds, wall_seconds : float
        Forecast, its interval, and the measured time.
    forecast_bytes, peak_bytes : float
        Peak memory, forecast and measured.
    pilot_seconds : float
        What the whole forecast took.
    """

    forecast_seconds: float
    low_seconds: float
    high_seconds: float
    wall_seconds: float
    forecast_bytes: float
    peak_bytes: float
    pilot_seconds: float

    @property
    def time_error(self) -> float:
        """Forecast by measured time, less one."""
        return self.forecast_seconds / self.wall_seconds - 1.0

    @property
    def memory_error(self) -> float:
        """Forecast by measured memory, less one."""
        return self.forecast_bytes / self.peak_bytes - 1.0

    @property
    def is_covered(self) -> bool:
        """Whether the run lay in the interval."""
        return self.low_seconds <= self.wall_seconds <= self.high_seconds

    def line(self) -> str:
        """Return the pair as a line for a person."""
        return (
            f"  forecast {self.forecast_seconds:7.1f} s ({self.low_seconds:.1f} to"
            f" {self.high_seconds:.1f}), took {self.wall_seconds:7.1f} s: {self.time_error:+6.1%}"
            f" {'inside ' if self.is_covered else 'OUTSIDE'};"
            f" memory {self.forecast_bytes / 1e6:.0f} MB, was {self.peak_bytes / 1e6:.0f} MB:"
            f" {self.memory_error:+6.1%}; the forecast took {self.pilot_seconds:.1f} s"
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


def timed(arguments: list[str], home: Path) -> tuple[float, int, str]:
    """Run the command line; return its wall seconds, its peak memory and what it printed."""
    command = [sys.executable, "-m", "genie3_engine", *arguments]
    environment = {**os.environ, "GENIE3_HOME": str(home)}
    start, peak = time.perf_counter(), 0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        while running.poll() is None:
            try:
                peak = max(peak, resident_bytes(psutil.Process(running.pid)))
                running.wait(POLL_SECONDS)
            except (psutil.NoSuchProcess, subprocess.TimeoutExpired):
                continue
        seconds = time.perf_counter() - start
        said = running.stdout.read() if running.stdout else ""
    if running.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with exit code {running.returncode}.")
    return seconds, peak, said


def measure(arguments: list[str], *, home: Path, run: Path) -> Pair:
    """Forecast a run, then do it."""
    pilot_seconds, _, said = timed(["forecast", *arguments, "--json"], home)
    foretold = json.loads(said.splitlines()[-1])
    wall, peak, _ = timed(["infer", *arguments, "--out", str(run)], home)
    return Pair(
        forecast_seconds=foretold["wall_seconds"],
        low_seconds=foretold["low_seconds"],
        high_seconds=foretold["high_seconds"],
        wall_seconds=wall,
        forecast_bytes=foretold["memory_bytes"],
        peak_bytes=peak,
        pilot_seconds=pilot_seconds,
    )


def arguments_of(name: str, data: Path, workplace: Path) -> list[str]:
    """Return the options of ``infer`` for a data set."""
    if name == "dream4":
        return [str(data / "dream4_size100" / "insilico_size100_1_multifactorial.tsv")]
    if name == "ecoli":
        folder = data / "ecoli_precise"
        regulators = ["--regulators", str(folder / "tf_ids_derived.tsv")]
        return [str(folder / "log_tpm_3923x278.tsv.gz"), *regulators]
    expression = data / "human_lcl" / "pickrell1_counts_38415x69.tsv.gz"
    with gzip.open(expression, "rt", encoding="utf-8") as lines:
        next(lines)
        genes = [line.partition("\t")[0] for line in lines]
    chosen = np.random.default_rng(1).choice(genes, HUMAN_TARGETS, replace=False)
    targets = workplace / "targets.txt"
    targets.write_text("\n".join(chosen.tolist()) + "\n", encoding="utf-8")
    return [str(expression), "--targets", str(targets)]


def judged(name: str, pairs: list[Pair]) -> bool:
    """Print how near the forecasts of a data set were; True when near enough."""
    time_error = statistics.median(abs(pair.time_error) for pair in pairs)
    memory_error = statistics.median(abs(pair.memory_error) for pair in pairs)
    covered = sum(pair.is_covered for pair in pairs)
    near = sum(abs(pair.time_error) <= TIME_LIMIT for pair in pairs)
    is_good = (
        time_error <= TIME_LIMIT
        and memory_error <= MEMORY_LIMIT
        and covered >= COVERAGE * len(pairs)
    )
    print(
        f"{name}: median miss of time {time_error:.1%} ({near} of {len(pairs)} within 20 %), of"
        f" memory {memory_error:.1%}; {covered} of {len(pairs)} inside the interval:"
        f" {'as asked for' if is_good else 'NOT as asked for'}",
        flush=True,
    )
    return is_good


def main() -> int:
    """Measure and print; 1 when a forecast is not as near as asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("--only", choices=list(REPEATS), action="append", help="one data set")
    parser.add_argument("--repeats", type=int, help=f"of each data set (default: {REPEATS})")
    parser.add_argument("--trees", type=int, default=1000)
    options = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; {options.trees:,} trees", flush=True)
    are_good = []
    with tempfile.TemporaryDirectory(prefix="genie3-benchmark-") as folder:
        workplace = Path(folder)
        home = workplace / "home"
        # Machine code is compiled once for all; what that takes is no part of a usual run.
        warm = [*arguments_of("dream4", options.data, workplace), "--trees", "1"]
        timed(["infer", *warm, "--out", str(workplace / "warm")], home)
        for name in options.only or REPEATS:
            arguments = arguments_of(name, options.data, workplace)
            arguments += ["--trees", str(options.trees)]
            pairs = []
            print(name, flush=True)
            for repeat in range(options.repeats or REPEATS[name]):
                run = workplace / "home" / "runs" / f"{name}-{repeat}"
                pairs.append(measure([*arguments, "--seed", str(repeat)], home=home, run=run))
                print(pairs[-1].line(), flush=True)
            are_good.append(judged(name, pairs))
    return 0 if all(are_good) else 1


if __name__ == "__main__":
    sys.exit(main())
