"""Start a cluster for trying: ``python -m tools.slurm_cluster``."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from tools.slurm_cluster import programs
from tools.slurm_cluster.cluster import Cluster, StartError, guard
from tools.slurm_cluster.configuration import Shape

_HINT = """\
In another terminal, for Slurm's programs, `genie3` and the page:
  export SLURM_CONF={configuration}
Here, a line each: kill node2, start node2, stop controller, start controller, freeze node1,
thaw node1. Ctrl-C ends the cluster and deletes {folder}."""
_ACTS = ("kill", "start", "stop", "freeze", "thaw")


def main() -> int:
    """Start a cluster, obey what is typed, and end it."""
    parser = argparse.ArgumentParser(prog="python -m tools.slurm_cluster", description=__doc__)
    add = parser.add_argument
    add("--nodes", type=int, default=4, help="virtual nodes (default: %(default)s)")
    add("--cpus", type=int, default=2, help="cores of a node (default: %(default)s)")
    add("--memory", type=int, default=2000, help="MB of a node (default: %(default)s)")
    add("--guard", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.guard:
        guard(args.guard)
        return 0
    if missing := programs.missing():
        print(missing, file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _leave)
    shape = Shape(n_nodes=args.nodes, cpus=args.cpus, memory_mb=args.memory)
    with suppress(KeyboardInterrupt):
        try:
            with Cluster(shape) as cluster:
                print(f"Slurm with {', '.join(cluster.nodes)} is ready.")
                print(
                    _HINT.format(configuration=cluster.configuration, folder=cluster.folder),
                    flush=True,
                )
                for line in sys.stdin:
                    _obey(cluster, line.split())
                signal.pause()  # nobody types: until a signal
        except StartError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _obey(cluster: Cluster, words: list[str]) -> None:
    try:
        act, daemon = words
        if act not in _ACTS:
            raise ValueError(act)
        getattr(cluster, act)(daemon)
        print(f"{act} {daemon}: done", flush=True)
    except (ValueError, KeyError):
        print("not understood", flush=True)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
