"""Measure a run on a real Slurm of this machine next to the same run started here.

Network 1 of DREAM4, or another expression file. The cluster has three virtual nodes that share this
machine's cores, so that it cannot be faster: what is measured is what a cluster costs, from the
call that submits to the network. Both ways take turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.data.prepare import read_expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.jobs.user_directory import VARIABLE
from genie3_engine.launchers.base import Launcher
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.launchers.slurm.queue import Queue
from genie3_engine.model import COMPILED, ForestSpec, JobState, LayoutSpec, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tools.slurm_cluster.cluster import Cluster
from tools.slurm_cluster.configuration import Shape

DREAM4 = ROOT.parent / "shared/data/dream4_size100/insilico_size100_1_multifactorial.tsv"
N_NODES = 3
OPTIONS = {"tasks": N_NODES, "cpus": 2, "memory": "1G", "time": 600}
POLL_SECONDS = 0.05


def measured(launcher: Launcher, run: Path) -> tuple[float, float]:
    """Return the seconds of the call that submits a run, and of all until its network is there."""
    started = time.perf_counter()
    launcher.submit(run)
    submitted = time.perf_counter() - started
    while (status := launcher.status(run)).state.is_live:
        time.sleep(POLL_SECONDS)
    assert status.state is JobState.DONE, status
    return submitted, time.perf_counter() - started


def main() -> None:
    """Print the seconds of both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expression", type=Path, default=DREAM4)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Cluster(Shape(n_nodes=N_NODES)) as cluster:
        os.environ |= {VARIABLE: f"{folder}/home", "SLURM_CONF": str(cluster.configuration)}
        dataset = save_dataset(read_expression(args.expression)[0])
        forest = ForestSpec(n_trees=args.trees, seed=7, engine=COMPILED)
        ways: dict[str, Callable[[], Launcher]] = {
            "local": LocalLauncher,
            "slurm": lambda: SlurmLauncher(queue=Queue(pause_seconds=0.5)),
        }
        seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        links = set()
        for repeat in range(args.repeats + 1):  # the first one compiles
            for way, launcher in ways.items():
                options = OPTIONS if way == "slurm" else {}
                spec = RunSpec(
                    dataset,
                    forest=forest,
                    layout=LayoutSpec(),
                    launcher=way,
                    launcher_options=options,
                )
                status = RunStatus(JobState.QUEUED, created=time.time())
                run = RunFolder.create(Path(folder) / f"{way}-{repeat}", spec, status)
                found = measured(launcher(), run.path)
                links.add(run.links_path.read_bytes())
                if repeat:
                    seconds[way].append(found)
                    print(f"{way}: submitted {found[0]:.2f} s, done {found[1]:.1f} s", flush=True)
        assert len(links) == 1, "the networks differ"
    print("| | submit, s | to the network, s |\n|---|---|---|")
    for way, found_ in seconds.items():
        submitted, done = (statistics.median(each) for each in zip(*found_, strict=True))
        print(f"| {way} | {submitted:.2f} | {done:.1f} |")
    load, n_cores = os.getloadavg()[0], os.cpu_count()
    print(f"\nMedians of {args.repeats}, same bytes; {n_cores} cores, load {load:.1f} at the end.")


if __name__ == "__main__":
    main()
