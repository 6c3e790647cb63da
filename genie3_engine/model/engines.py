"""Engines: which program grows the forests, as records of a registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genie3_engine.model.settings import Choice
from genie3_engine.registry import Registry

COMPILED = "compiled"
SCIKIT_LEARN = "scikit-learn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSize:
    """What decides the memory of the engine of one process.

    Parameters
    ----------
    n_genes : int
        Genes of the data.
    n_regulators, n_samples, n_trees : int
        Size of the forest of one target.
    n_workers : int
        Threads, or jobs of the engine's own.
    has_random_splits : bool
        As in `TreeMethod`.
    """

    n_genes: int
    n_regulators: int
    n_samples: int
    n_trees: int
    n_workers: int
    has_random_splits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine.

    Parameters
    ----------
    label : str
        Name for people.
    help : str
        One sentence that explains it.
    phrase : str
        Its name within a sentence, such as ``the compiled engine``.
    builder : str
        What makes the engine of a process (see `EngineBuilder`), as ``module:name``; imported when
        it is first used.
    has_jobs : bool
        True when the engine splits one target over jobs of its own; False when a process runs one
        target per thread.
    memory_bytes : callable
        Returns the memory of the engine of one process from its `ForestSize`.
    worker_loss : float
        Share of the speed that each worker beyond the first costs all of them.
    compile_seconds : float
        Time to compile on a fresh instance, at the speed of a core of ml.m5.
    package : str
        Name of its version among a run's versions; empty for this program's own.
    reference : str
        The paper to cite, if there is one.
    """

    label: str
    help: str
    phrase: str
    builder: str
    has_jobs: bool
    memory_bytes: Callable[[ForestSize], float]
    worker_loss: float = 0.0
    compile_seconds: float = 0.0
    package: str = ""
    reference: str = ""

    @property
    def worker(self) -> str:
        """What a worker in a process is called: ``job`` or ``thread``."""
        return "job" if self.has_jobs else "thread"


_WIDE_RANKS_FROM = 256  # samples: a rank takes two bytes
_SAMPLE_ROWS_FROM = 2048  # samples: ranks and bins are kept by sample, too
_LISTS_FROM = 8192  # samples: sparse expression has lists in place of bins
_MOST_IN_ROWS = 1 << 26  # bytes of ranks: not of more, but for sparse expression
_MOST_LISTED = 1 << 29  # bytes of ranks: of sparse expression
_LIST_BYTES_A_VALUE = 1.5  # at most
_NEAR_SAMPLES = 8192  # of which a thread has lists of its own
_NEAR_BYTES_A_VALUE = 0.5  # of these lists, where a quarter of the values is listed
_LEVEL_BYTES = 4.0 * (1 << 16)  # of these lists, at most
_THREAD_BYTES = 50_000.0  # of a workspace, whatever the data
_NODES_PER_SAMPLE = 1.3  # of an unpruned tree on resampled samples
_NODE_BYTES = 72.0


def _compiled_bytes(size: ForestSize) -> float:
    """Return the bytes of ranks, of what splits are found by, and of each thread's workspace."""
    width = 1.0 if size.n_samples <= _WIDE_RANKS_FROM else 2.0
    splits = 8.0 if size.has_random_splits else 1.0
    thread = _THREAD_BYTES + 44.0 * size.n_regulators + 200.0 * size.n_samples
    n_values = size.n_regulators * size.n_samples
    if size.n_samples <= _SAMPLE_ROWS_FROM or size.has_random_splits:
        return (width + splits) * n_values + size.n_workers * thread
    dense = (2.0 if width * n_values <= _MOST_IN_ROWS else 1.0) * (width + splits)
    if size.n_samples <= _LISTS_FROM:
        return dense * n_values + size.n_workers * thread
    # Whether expression is sparse is not known here.
    sparse = (2.0 if width * n_values <= _MOST_LISTED else 1.0) * width + _LIST_BYTES_A_VALUE
    near = _NEAR_BYTES_A_VALUE * size.n_regulators * min(size.n_samples, _NEAR_SAMPLES)
    return max(
        dense * n_values + size.n_workers * thread,
        sparse * n_values + size.n_workers * (thread + near + _LEVEL_BYTES),
    )


def _scikit_learn_bytes(size: ForestSize) -> float:
    """Return the bytes of features, twice as 32-bit numbers, of all trees and of each job."""
    trees = size.n_trees * _NODES_PER_SAMPLE * size.n_samples * _NODE_BYTES
    job = 28.0 * size.n_regulators
    return 8.0 * size.n_regulators * size.n_samples + trees + size.n_workers * job


_COMPILED = Engine(
    label="Compiled",
    help="Machine code of this program: by far the fastest.",
    phrase="the compiled engine",
    builder="genie3_engine.inference.compiled:CompiledForests",
    has_jobs=False,
    memory_bytes=_compiled_bytes,
    worker_loss=0.002,  # threads share caches and memory
    compile_seconds=60.0,
)
_SCIKIT_LEARN = Engine(
    label="scikit-learn",
    help="The reference, as the authors' program computes it.",
    phrase="scikit-learn",
    builder="genie3_engine.inference.reference:ScikitLearnForests",
    has_jobs=True,
    memory_bytes=_scikit_learn_bytes,
    worker_loss=0.02,
    package="scikit-learn",
    reference="Pedregosa F et al. (2011) Scikit-learn: machine learning in Python. Journal of "
    "Machine Learning Research 12:2825-2830.",
)

ENGINES: Registry[Engine] = Registry(
    "engine",
    group="genie3.engines",
    built_in={
        COMPILED: "genie3_engine.model.engines:_COMPILED",
        SCIKIT_LEARN: "genie3_engine.model.engines:_SCIKIT_LEARN",
    },
)


def engine_choices() -> tuple[Choice, ...]:
    """Return the engines as the choices of a setting."""
    return tuple(Choice(name, ENGINES[name].label, ENGINES[name].help) for name in ENGINES)
