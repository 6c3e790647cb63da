"""Made-up measurements that follow a known law."""

from __future__ import annotations

from genie3_engine.benchmark.measurements import PHASES, Configuration, Measurement
from genie3_engine.model import COMPILED, SCIKIT_LEARN

SKLEARN = SCIKIT_LEARN


def measurement(configuration, elapsed, *, overhead=1.0, repeat=1, **more):
    seconds = dict.fromkeys(PHASES, 0.0) | {"starting": overhead, "computing": elapsed}
    return Measurement(
        configuration,
        repeat,
        total_seconds=elapsed + overhead,
        elapsed_seconds=elapsed,
        seconds=seconds,
        cpu_seconds=elapsed * configuration.workers,
        peak_memory_bytes=100_000_000,
        library_threads={"openblas": 1},
        load_at_start=0.1,
        **more,
    )


def jobs(n, **more):
    return Configuration(SKLEARN, n_jobs=n, **more)


def processes(n, **more):
    return Configuration(SKLEARN, n_processes=n, **more)


def threads(n, **more):
    return Configuration(COMPILED, n_threads=n, **more)


def scaling(configuration_of, workers, time_of):
    """Return a measurement for each number of workers, by a law of the time."""
    return [measurement(configuration_of(n), time_of(n)) for n in workers]
