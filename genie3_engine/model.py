"""Which records do the parts of the program pass to one another?"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from genie3_engine.errors import OptionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEEP_ALL_UP_TO = 5_000_000
KEEP_OTHERWISE = 1_000


class Method(StrEnum):
    """How a forest grows its trees."""

    RANDOM_FOREST = "RF"
    EXTRA_TREES = "ET"


class Engine(StrEnum):
    """Which program grows the forests."""

    COMPILED = "compiled"
    SCIKIT_LEARN = "scikit-learn"


class RunState(StrEnum):
    """Where a run stands. ``UNKNOWN`` is never stored: it says that nobody could be asked."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNKNOWN = "unknown"

    @property
    def is_live(self) -> bool:
        """True while a worker is expected to be at work."""
        return self in {RunState.QUEUED, RunState.RUNNING, RunState.STOPPING}

    @property
    def is_resumable(self) -> bool:
        """True when the missing targets can still be computed."""
        return self in {RunState.FAILED, RunState.CANCELLED, RunState.LOST}


class ImportanceScale(StrEnum):
    """The scale that a score is given on."""

    RAW = "raw"
    SHARE = "share"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class ForestSpec:
    """What is grown for each target; decides the result.

    Parameters
    ----------
    method : Method
        Random Forest or Extra-Trees.
    k : 'sqrt', 'all' or int
        Candidate regulators drawn at each node, GENIE3's K.
    n_trees : int
        Trees for each target.
    seed : int
        Names the network: the same seed gives the same bits.
    engine : Engine
        Compiled kernels or scikit-learn; each has its own random stream.

    Raises
    ------
    OptionError
        When a value is out of its range.
    """

    method: Method = Method.RANDOM_FOREST
    k: Literal["sqrt", "all"] | int = "sqrt"
    n_trees: int = 1000
    seed: int = 0
    engine: Engine = Engine.COMPILED

    def __post_init__(self) -> None:
        """Refuse values that no forest can have."""
        if isinstance(self.k, str):
            if self.k not in {"sqrt", "all"}:
                raise OptionError(f"K is {self.k!r}.", "Give sqrt, all or a whole number from 1.")
        elif self.k < 1:
            raise OptionError(f"K is {self.k}.", "Give sqrt, all or a whole number from 1.")
        if not 1 <= self.n_trees <= 1_000_000:
            raise OptionError(
                f"The number of trees is {self.n_trees}.", "Give a number from 1 to 1,000,000."
            )
        if not 0 <= self.seed < 2**63:
            raise OptionError(
                f"The seed is {self.seed}.", "Give a whole number from 0 to 9223372036854775807."
            )

    def n_candidates(self, n_regulators: int) -> int:
        """Return how many regulators are drawn at a node, as scikit-learn counts them."""
        if self.k == "all":
            return n_regulators
        if self.k == "sqrt":
            return max(1, math.isqrt(n_regulators))
        return min(int(self.k), n_regulators)


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """How the targets share the cores; never decides the result.

    Parameters
    ----------
    n_threads : int or None
        Threads in each process for the compiled engine; None takes the machine's cores.
    n_processes : int
        Python processes over targets.
    n_jobs : int
        scikit-learn's own jobs in each process.
    shard_index, n_shards : int
        This run computes every ``n_shards``-th target, from ``shard_index`` (0-based).

    Raises
    ------
    OptionError
        When a value is out of its range.
    """

    n_threads: int | None = None
    n_processes: int = 1
    n_jobs: int = 1
    shard_index: int = 0
    n_shards: int = 1

    def __post_init__(self) -> None:
        """Refuse counts below one."""
        for name in ("n_threads", "n_processes", "n_jobs", "n_shards"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"{name} is {value}.", "Give a whole number from 1.")
        if not 0 <= self.shard_index < self.n_shards:
            raise OptionError(
                f"Shard {self.shard_index} of {self.n_shards} does not exist.",
                f"Give an index from 0 to {self.n_shards - 1}.",
            )


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What a run computes, and how; written once as ``spec.json``.

    Parameters
    ----------
    dataset : str
        Fingerprint (content hash) of the stored expression matrix.
    regulators : tuple of str or None
        Candidate regulators in canonical (sorted) order; None takes every gene.
    targets : tuple of str or None
        Targets in canonical (sorted) order; None takes every gene.
    forest : ForestSpec
        The forests.
    keep : int or None
        Strongest links kept for each target; None keeps all. Links of importance 0 are never kept.
    layout : LayoutSpec
        How the work is laid out.
    launcher : str
        Where it runs.
    name : str
        The user's name for the run.
    source : str
        Name of the file or sample that the data came from.
    created : str
        ISO 8601 time in UTC.
    """

    dataset: str
    regulators: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    forest: ForestSpec = field(default_factory=ForestSpec)
    keep: int | None = None
    layout: LayoutSpec = field(default_factory=LayoutSpec)
    launcher: str = "local"
    name: str = ""
    source: str = ""
    created: str = ""

    @property
    def result_key(self) -> str:
        """Return the hash of everything that decides the whole network, shards aside."""
        decides = {
            "dataset": self.dataset,
            "regulators": self.regulators,
            "targets": self.targets,
            "forest": asdict(self.forest),
            "keep": self.keep,
        }
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RunSpec:
        """Rebuild a spec from `to_dict`'s values."""
        forest = dict(values["forest"])
        forest["method"] = Method(forest["method"])
        forest["engine"] = Engine(forest["engine"])
        names = {
            key: None if values[key] is None else tuple(values[key])
            for key in ("regulators", "targets")
        }
        return cls(
            **{
                **values,
                **names,
                "forest": ForestSpec(**forest),
                "layout": LayoutSpec(**values["layout"]),
            }
        )


def default_keep(n_targets: int, n_regulators: int) -> int | None:
    """Return the links kept per target when nobody says: all up to 5 million, else 1,000."""
    return None if n_targets * n_regulators <= KEEP_ALL_UP_TO else KEEP_OTHERWISE


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """An error as a run folder keeps it."""

    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """Where a run stands; ``status.json``.

    Parameters
    ----------
    state : RunState
        The state.
    targets_done, targets_total : int
        Targets with links on disk, and targets of this run (of its shard).
    targets_found : int
        Targets that were on disk already when this attempt began.
    step : str
        What the worker is at: starting, reading, preparing, compiling, computing, writing.
    created, started, heartbeat, ended : float or None
        Seconds since the epoch.
    pid, pid_started, boot_id, host : optional
        Which process of which machine writes this file.
    error : ErrorRecord or None
        Why it failed.
    """

    state: RunState
    targets_done: int = 0
    targets_total: int = 0
    targets_found: int = 0
    step: str = ""
    created: float | None = None
    started: float | None = None
    heartbeat: float | None = None
    ended: float | None = None
    pid: int | None = None
    pid_started: float | None = None
    boot_id: str = ""
    host: str = ""
    error: ErrorRecord | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RunStatus:
        """Rebuild a status from `to_dict`'s values."""
        error = values.get("error")
        return cls(
            **{
                **values,
                "state": RunState(values["state"]),
                "error": None if error is None else ErrorRecord(**error),
            }
        )


@dataclass(frozen=True, slots=True)
class TargetSummary:
    """One row of ``targets.parquet``: what is known of one target's forest.

    Parameters
    ----------
    target : str
        Gene name.
    oob_r2 : float
        Out-of-bag R²; NaN where no sample is out of bag (Extra-Trees).
    seconds : float
        Computing seconds of one thread.
    n_links : int
        Links kept.
    """

    target: str
    oob_r2: float
    seconds: float
    n_links: int


@dataclass(frozen=True, slots=True, eq=False)
class TargetLinks:
    """The links into one target, as inference hands them to the store.

    Parameters
    ----------
    target : int
        Position of the target in the data set's canonical gene list.
    regulators : (n_links,) int32
        Positions of the regulators in the same list: strongest first, ties by position, links of
        importance 0 left out.
    importance : (n_links,) float32
        GENIE3's importance of each regulator, a share of the target's variance.
    oob_r2 : float
        Out-of-bag R²; NaN where no sample is out of bag (Extra-Trees) or the target is constant.
    seconds : float
        Computing seconds of one thread.
    """

    target: int
    regulators: NDArray[np.int32]
    importance: NDArray[np.float32]
    oob_r2: float
    seconds: float
