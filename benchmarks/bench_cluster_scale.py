"""Simulate what large runs on a cluster do to its scheduler and its file system.

The engine's own writer decides when parts are written, by a simulated clock. Heartbeats, steps and
looks for a request to stop follow the engine's constants. How long a target takes is a measured
time of one tree. A few hundred parts and a status are really written and read, which gives bytes,
calls of fsync and the time to open a part; the disk is this machine's, not a cluster's.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.attempt import BEAT_SECONDS
from genie3_engine.launchers.slurm.queue import PAUSE_SECONDS
from genie3_engine.launchers.slurm.sizes import MOST_TASKS, SHORTEST_SECONDS
from genie3_engine.model import TargetLinks
from genie3_engine.store.parts import PartWriter, list_parts
from genie3_engine.store.task_folder import TaskFolder

FINGERPRINT = "0" * 64
ROW = "1234567|1000|RUNNING|None|node0123|1790000000\n"  # of squeue
STARTING_SECONDS = 6.0  # a task's, until it computes: start of Python, reading, preparing
STEPS = 5  # statuses written when a step begins
N_MEASURED = 100  # parts
SPREAD = 0.15  # of the times of targets


@dataclass(frozen=True)
class Case:
    """A large run.

    Parameters
    ----------
    name : str
        What it is.
    n_targets, n_samples : int
        Of the matrix.
    n_tasks, n_cores : int
        Tasks, and cores of each.
    tree_seconds : float
        Of one core, for one tree.
    n_links : int
        Links kept for each target.
    n_trees : int
        Trees for each target.
    starts_per_second : float
        How quickly the scheduler starts the tasks.
    """

    name: str
    n_targets: int
    n_samples: int
    n_tasks: int
    n_cores: int
    tree_seconds: float
    n_links: int = 1000
    n_trees: int = 1000
    starts_per_second: float = 50.0

    @property
    def target_seconds(self) -> float:
        """Time from one finished target of a task to the next."""
        return self.tree_seconds * self.n_trees / self.n_cores

    @property
    def core_hours(self) -> float:
        """Time of all targets on one core."""
        return self.tree_seconds * self.n_trees * self.n_targets / 3600


CASES = (
    # 1.2 ms: measured at this size; see docs/performance.md
    Case("49,196 genes x 193 samples", 49_196, 193, 1_000, 4, 0.0012),
    # 39 ms were measured with 17 candidates of 300 regulators; 20,000 genes have 141
    Case("20,000 genes x 20,000 cells", 20_000, 20_000, 64, 4, 0.039 * 141 / 17),
)


def syncs_of(act: Callable[[], object]) -> int:
    """Return how often an action waits for the disk, by calls of fsync."""
    with mock.patch.object(os, "fsync", wraps=os.fsync) as sync:
        act()
    return sync.call_count


class Planned(PartWriter):
    """Decides when parts are written, and writes none."""

    def _write(self) -> None:
        pass


def simulated_task(
    case: Case, rank: int, folder: Path, links: TargetLinks
) -> tuple[list[float], float]:
    """Return when a task writes each of its parts, and when it ends."""
    rng = np.random.default_rng(rank)
    now = rank / case.starts_per_second + STARTING_SECONDS
    written = []
    with Planned(folder, FINGERPRINT, genes=(), clock=lambda: now) as writer:
        for _ in range(rank, case.n_targets, case.n_tasks):
            now += case.target_seconds * max(0.1, rng.normal(1, SPREAD))
            if writer.add(links):
                written.append(now)
    if not written or written[-1] < now:
        written.append(now)  # the rest, at the end
    return written, now


def beats(begun: float, ended: float) -> list[float]:
    """Return when a task writes its status: each step, heartbeats that become rarer, the end."""
    found = [begun + STARTING_SECONDS * step / STEPS for step in range(STEPS)] + [ended]
    pause, now = BEAT_SECONDS, begun
    while (now := now + pause) < ended:
        found.append(now)
        pause = min(2 * pause, TaskFolder.heartbeat_seconds)
    return found


def a_second(times: np.ndarray, wall_seconds: float) -> str:
    """Return the mean and the peak of events a second."""
    peak = np.bincount(times.astype(int)).max() if times.size else 0
    return f"{times.size / wall_seconds:.1f} a second, {peak} at most"


@dataclass(frozen=True)
class Files:
    """What was measured on really written files."""

    status_syncs: int
    part_syncs: int
    part_bytes: float
    opening_seconds: float


def measured_files(case: Case, n_targets: int, folder: Path) -> Files:
    """Write a status, and parts of so many targets each; open them again."""
    genes = [f"ENSG{position:011d}" for position in range(case.n_targets)]
    status = {"state": "running", "step": "computing", "targets_done": 1, "heartbeat": 0.0}
    status_syncs = syncs_of(lambda: atomic_write.write_json(folder / "status.json", status))
    parts = folder / "parts"
    writer = PartWriter(parts, FINGERPRINT, genes=genes, clock=lambda: 0.0)
    part_syncs = 0
    for part in range(N_MEASURED):
        for target in range(n_targets):
            writer.add(made_up_links(case, part * n_targets + target))
        part_syncs = syncs_of(writer.flush)
    started = time.process_time()
    assert len(list_parts(parts, FINGERPRINT)) == N_MEASURED
    opening = (time.process_time() - started) / N_MEASURED
    sizes = [path.stat().st_size for path in parts.iterdir()]
    return Files(status_syncs, part_syncs, float(np.mean(sizes)), opening)


def made_up_links(case: Case, seed: int = 0) -> TargetLinks:
    """Return links of a target, as many as are kept."""
    rng = np.random.default_rng(seed)
    regulators = rng.choice(case.n_targets, case.n_links, replace=False).astype(np.int32)
    importance = np.sort(rng.exponential(1e-3, case.n_links).astype(np.float32))[::-1]
    return TargetLinks(0, regulators, importance, 0.5, 1.0)


def simulate(case: Case) -> dict[str, str]:
    """Return what a run does to a cluster, as the rows of a table."""
    links = made_up_links(case)
    with tempfile.TemporaryDirectory() as folder:
        tasks = [simulated_task(case, r, Path(folder), links) for r in range(case.n_tasks)]
        parts = np.sort(np.concatenate([written for written, _ in tasks]))
        n_targets = round(case.n_targets / parts.size)
        files = measured_files(case, n_targets, Path(folder))
    begun = np.arange(case.n_tasks) / case.starts_per_second
    ends = np.array([end for _, end in tasks])
    wall = float(ends.max())
    statuses = np.concatenate([beats(begin, end) for begin, end in zip(begun, ends, strict=True)])
    weights = np.repeat([files.part_syncs, files.status_syncs], [parts.size, statuses.size])
    syncs = np.bincount(np.concatenate([parts, statuses]).astype(int), weights)
    listed = np.searchsorted(parts, begun + STARTING_SECONDS)
    matrix = case.n_targets * case.n_samples * 8
    suggested = max(
        1, min(MOST_TASKS, int(case.core_hours * 3600 / case.n_cores / SHORTEST_SECONDS))
    )
    return {
        "computing, core-hours": f"{case.core_hours:,.1f}",
        "tasks x cores": f"{case.n_tasks:,} x {case.n_cores}",
        "tasks by the forecast": f"{max(1, min(MOST_TASKS, suggested)):,}",
        "time of a task": f"{np.mean(ends - begun):,.0f} s",
        "from the first start to the last end": f"{wall:,.0f} s",
        "calls of sbatch": "2",
        "answer of squeue": f"{len(ROW) * case.n_tasks / 1000:,.0f} kB every {PAUSE_SECONDS:.0f} s",
        "matrix, read by all tasks": f"{matrix / 1e9:,.2f} GB x {case.n_tasks:,}",
        "files of parts": f"{parts.size:,}",
        "other files": f"{5 * case.n_tasks:,}",
        "bytes of parts": f"{files.part_bytes * parts.size / 1e9:,.1f} GB",
        "parts written": a_second(parts, wall),
        "statuses written": a_second(statuses, wall),
        "calls of fsync": f"{syncs.sum() / wall:.1f} a second, {syncs.max():.0f} at most",
        "looks for a request to stop": f"{2 * case.n_tasks / BEAT_SECONDS:,.0f} a second",
        "names listed by starting tasks": f"{int(listed.sum()):,}",
        "the merge opens": f"{parts.size:,} parts",
        "CPU for that, here": f"{parts.size * files.opening_seconds:.1f} s",
    }


def main() -> None:
    """Print a table for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, help="another number of tasks")
    args = parser.parse_args()
    columns = []
    for case in CASES:
        if args.tasks:
            case = Case(**{**vars(case), "n_tasks": args.tasks})
        columns.append((case.name, simulate(case)))
    print(f"| | {' | '.join(name for name, _ in columns)} |\n|---|{'---|' * len(columns)}")
    for row in columns[0][1]:
        print(f"| {row} | {' | '.join(values[row] for _, values in columns)} |")


if __name__ == "__main__":
    main()
