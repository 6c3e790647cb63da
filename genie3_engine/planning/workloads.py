"""Size of a run: targets, regulators, links, workers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from genie3_engine.confidence.costs import ReplicateLoad, replicate_loads
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.model import COMPILED, ENGINES, RANDOM_FOREST, RunSpec


@dataclass(frozen=True, slots=True)
class Workload:
    """What decides time, memory and disk of a run, as plain numbers.

    Parameters
    ----------
    n_genes, n_samples : int
        Shape of the data set.
    n_regulators, n_targets : int
        Candidate regulators; targets, those of the shard only.
    keep : int or None
        Links kept for each target; None keeps all.
    engine : str
        Name of the engine.
    method : str
        Name of the method.
    n_trees : int
        Trees for each target.
    n_processes, n_threads, n_jobs : int
        How the targets share the cores; see `LayoutSpec`.
    replicates : tuple of ReplicateLoad
        What is computed for the evidence of the links, of the shard only.
    is_streamed : bool
        Whether genes are read from a sparse file one at a time, and no matrix is mapped.
    """

    n_genes: int
    n_samples: int
    n_regulators: int
    n_targets: int
    keep: int | None = None
    engine: str = COMPILED
    method: str = RANDOM_FOREST
    n_trees: int = 1000
    n_processes: int = 1
    n_threads: int = 1
    n_jobs: int = 1
    replicates: tuple[ReplicateLoad, ...] = ()
    is_streamed: bool = False

    @property
    def n_workers(self) -> int:
        """Threads that grow trees in parallel."""
        return self.n_processes * self.n_threads * self.n_jobs

    @property
    def targets_at_once(self) -> int:
        """Targets computed in parallel; scikit-learn's jobs share one."""
        return self.n_processes * self.n_threads

    def n_links(self, share_of_regulators: float = 1.0) -> int:
        """Return the links kept, when so many of a target's regulators have one."""
        n_found = max(1, math.ceil(share_of_regulators * max(1, self.n_regulators - 1)))
        return self.n_targets * (n_found if self.keep is None else min(self.keep, n_found))

    def on(self, n_workers: int, *, n_instances: int = 1) -> Workload:
        """Return the work of one of several machines, each with so many threads to keep busy.

        An engine without jobs of its own gets one process with a thread for each; one with jobs
        keeps its processes, and the jobs fill the machine.
        """
        targets = math.ceil(self.n_targets / n_instances)
        share = replace(
            self,
            n_targets=targets,
            replicates=tuple(
                replace(each, number=math.ceil(each.number / n_instances))
                for each in self.replicates
            ),
        )
        if not ENGINES[self.engine].has_jobs:
            return replace(share, n_processes=1, n_threads=n_workers)
        processes = min(self.n_processes, n_workers, max(1, targets))
        return replace(share, n_processes=processes, n_jobs=max(1, n_workers // processes))


def workload_of(
    spec: RunSpec, n_genes: int, n_samples: int, *, n_cores: int | None = None
) -> Workload:
    """Return the work of a run.

    Parameters
    ----------
    spec : RunSpec
        What it computes, and how.
    n_genes, n_samples : int
        Shape of its data set.
    n_cores : int, optional
        Cores that threads share when the layout sets no number; this machine's by default.
    """
    n_all = n_genes if spec.targets is None else len(spec.targets)
    layout = spec.layout
    n_targets = len(range(layout.shard_index, n_all, layout.n_shards))
    processes = max(1, min(layout.n_processes, n_targets))
    has_jobs = ENGINES[spec.forest.engine].has_jobs
    threads = 1
    if not has_jobs:
        threads = layout.n_threads or max(1, (n_cores or usable_cores()) // processes)
    return Workload(
        n_genes=n_genes,
        n_samples=n_samples,
        n_regulators=n_genes if spec.regulators is None else len(spec.regulators),
        n_targets=n_targets,
        keep=spec.keep,
        engine=spec.forest.engine,
        method=spec.forest.method,
        n_trees=spec.forest.n_trees,
        n_processes=processes,
        n_threads=threads,
        n_jobs=layout.n_jobs if has_jobs else 1,
        replicates=tuple(
            replace(each, number=len(range(layout.shard_index, each.number, layout.n_shards)))
            for each in replicate_loads(spec.confidence, spec.forest, n_all)
        ),
    )
