"""Compile the engine into the cache of an image before its first job.

Grows a few trees of each kind, on ranks of either width, so that every kernel is compiled into the
image's cache. Give it a home that is thrown away: ``GENIE3_HOME=… python warm_up.py``.
"""

from __future__ import annotations

from pathlib import Path

from genie3_engine import runs, worker
from genie3_engine.data.simulate import simulate_network
from genie3_engine.jobs.user_directory import runs_folder
from genie3_engine.model import METHODS, ForestSpec

_BYTE_RANKS, _WORD_RANKS = 20, 300  # samples: up to 256 distinct values a rank fits one byte


def main() -> None:
    """Compile all kernels."""
    for n_samples in (_BYTE_RANKS, _WORD_RANKS):
        expression = simulate_network(20, n_samples).expression
        dataset = runs.save_dataset(expression, name="warm-up")
        for method in METHODS:
            forest = ForestSpec(method=method, n_trees=2)
            spec = runs.build_run_spec(expression, dataset=dataset, forest=forest)
            run: Path = runs.create(spec, runs_folder() / f"{method}-{n_samples}")
            worker.run(run, parts_only=True)


if __name__ == "__main__":
    main()
