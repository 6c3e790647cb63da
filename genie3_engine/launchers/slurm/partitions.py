"""Read the partitions of a cluster with their limits, and keep the answer."""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

from genie3_engine import labels
from genie3_engine.launchers.slurm.asking import ask
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.options import parse_memory, parse_time
from genie3_engine.launchers.slurm.rows import known

FORMAT = "%P|%a|%l|%D|%c|%m|%f"  # of sinfo, for `parse_partitions`
FRESH_SECONDS = 300.0
FIRST_WAIT_SECONDS = 1.0
_MOST_TASKS = re.compile(r"MaxArraySize\s*=\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of a cluster, with the limits of its jobs.

    Parameters
    ----------
    name : str
        Its name.
    is_default, is_up : bool
        Whether jobs go there that name none, and whether it takes jobs.
    longest_seconds : int or None
        Longest time of a job; None without a limit.
    n_nodes : int
        Nodes.
    n_cores : int
        Cores of the largest node.
    memory_bytes : int
        Memory of the largest node.
    features : frozenset of str
        Features that some nodes have.
    """

    name: str
    is_default: bool
    is_up: bool
    longest_seconds: int | None
    n_nodes: int
    n_cores: int
    memory_bytes: int
    features: frozenset[str] = frozenset()

    def limits(self) -> str:
        """Return the limits in words, such as ``up to 10 min, 4 nodes with 2 cores and 2.1 GB``."""
        longest = "no time limit"
        if self.longest_seconds is not None:
            longest = f"up to {labels.duration(self.longest_seconds)}"
        nodes = labels.count(self.n_nodes, "node")
        cores = labels.count(self.n_cores, "core")
        size = labels.size(self.memory_bytes)
        down = "" if self.is_up else "; it takes no jobs now"
        return f"{longest}, {nodes} with {cores} and {size}{down}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The limits of a cluster.

    Parameters
    ----------
    partitions : tuple of Partition
        In Slurm's order.
    most_tasks : int or None
        Tasks of a job array, at most; None where it is unknown.
    """

    partitions: tuple[Partition, ...]
    most_tasks: int | None = None

    def partition(self, names: str) -> Partition | None:
        """Return the first of some partitions that exists; the default one for no name.

        Parameters
        ----------
        names : str
            With commas between them, as `SlurmOptions.partition` has them.
        """
        wanted = names.split(",") if names else None
        for each in self.partitions:
            if each.is_default if wanted is None else each.name in wanted:
                return each
        return None


def parse_partitions(text: str) -> tuple[Partition, ...]:
    """Return the partitions that ``sinfo -h -e -o FORMAT`` prints.

    Parameters
    ----------
    text : str
        What it printed: a line for each partition and kind of node.
    """
    found: dict[str, Partition] = {}
    for line in text.splitlines():
        words = [word.strip() for word in line.split("|")]
        if len(words) != 7 or not words[0]:
            continue
        name = words[0].removesuffix("*")
        numbers = [int(word.rstrip("+")) if word.rstrip("+").isdecimal() else 0 for word in words]
        before = found.get(name)
        found[name] = Partition(
            name=name,
            is_default=words[0].endswith("*"),
            is_up=words[1] == "up",
            longest_seconds=parse_time(words[2]),
            n_nodes=numbers[3] + (before.n_nodes if before else 0),
            n_cores=max(numbers[4], before.n_cores if before else 0),
            memory_bytes=max(parse_memory(words[5]) or 0, before.memory_bytes if before else 0),
            features=frozenset(known(words[6]).split(",")) - {""}
            | (before.features if before else frozenset()),
        )
    return tuple(found.values())


def read_cluster() -> Cluster:
    """Ask Slurm for the limits of the cluster; raises `SlurmError`."""
    partitions = parse_partitions(ask("sinfo", "-h", "-e", "-o", FORMAT))
    most_tasks = None
    with suppress(SlurmError):
        match = _MOST_TASKS.search(ask("scontrol", "show", "config"))
        most_tasks = int(match[1]) if match else None
    return Cluster(partitions, most_tasks)


@dataclass(slots=True)
class KnownCluster:
    """The last answer about the cluster, renewed in the background while it is read."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cluster: Cluster | None = None
    _asked: float = 0.0
    _thread: threading.Thread | None = None

    def look(self) -> Cluster | None:
        """Return the last answer; None while there is none.

        Notes
        -----
        The first answer is waited for, a second at most; no other is.
        """
        with self._lock:
            is_old = not self._asked or time.monotonic() - self._asked > FRESH_SECONDS
            if is_old and self._thread is None:
                self._asked = time.monotonic()
                self._thread = threading.Thread(target=self._renew, daemon=True, name="slurm-info")
                self._thread.start()
            thread = self._thread
        if thread is not None and self._cluster is None:
            thread.join(FIRST_WAIT_SECONDS)
        return self._cluster

    def ask(self) -> Cluster:
        """Ask now, and return the answer; raises `SlurmError`."""
        cluster = read_cluster()
        with self._lock:
            self._cluster, self._asked = cluster, time.monotonic()
        return cluster

    def _renew(self) -> None:
        try:
            with suppress(SlurmError):  # the next look asks again
                self.ask()
        finally:
            with self._lock:
                self._thread = None


CLUSTER = KnownCluster()
