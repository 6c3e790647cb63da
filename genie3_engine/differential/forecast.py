"""Forecast the time and memory of a comparison on this machine, from runs on a few targets."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from genie3_engine import labels, planning
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import open_dataset
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import ComparisonSpec, n_steps
from genie3_engine.differential.pooled_samples import PooledSamples
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.model import RunSpec
from genie3_engine.planning import Forecast, Pilot
from genie3_engine.planning.forecast_history import learned, note, past, place_key
from genie3_engine.planning.memory import memory_without_pilot
from genie3_engine.planning.task_estimates import TaskEstimate, one_after_the_other
from genie3_engine.planning.workloads import workload_of

log = logging.getLogger(__name__)

REFINED_SHARE = 0.1  # of the targets, that have a promising link by chance or by change
MATRICES = 3  # copies of the pooled expression that a process holds: 8 bytes a value
_IMPORTANCES = 6 * 8  # bytes a link and labelling, while the links are judged


@dataclass(frozen=True, slots=True)
class ComparisonForecast:
    """What a comparison should take on this machine.

    Parameters
    ----------
    n_forests : int
        Forests of the observed networks and of the first permutations.
    wall_seconds, low_seconds, high_seconds : float
        The time they take, and between what 9 of 10 comparisons should end.
    refining_seconds : float
        What is added by the further permutations, where a tenth of the targets have them.
    memory_bytes : float
        Peak resident memory of all processes.
    sentences : tuple of str
        What was measured and assumed.
    raw_seconds, raw_memory_bytes : float
        Time and memory before anything was learned from earlier comparisons here.
    n_targets, n_steps : int
        Targets, and how often tasks on a cluster are started.
    estimates : tuple of Forecast
        The forecasts of one network of each data set.
    n_networks : float
        How many times the forests of all these networks are grown.
    """

    n_forests: int
    wall_seconds: float
    low_seconds: float
    high_seconds: float
    refining_seconds: float
    memory_bytes: float
    sentences: tuple[str, ...]
    raw_seconds: float = 0.0
    raw_memory_bytes: float = 0.0
    n_targets: int = 0
    n_steps: int = 1
    estimates: tuple[Forecast, ...] = ()
    n_networks: float = 1.0

    def on_tasks(self, *, n_tasks: int, n_cores: int) -> TaskEstimate:
        """Estimate the comparison on tasks of a cluster, further permutations among it.

        Parameters
        ----------
        n_tasks : int
            How many share the targets.
        n_cores : int
            Cores of each.
        """
        each = [one.on_tasks(n_tasks=n_tasks, n_cores=n_cores) for one in self.estimates]
        once = one_after_the_other(each)
        starting = self.n_steps * (each[0].task_seconds - each[0].computing_seconds)
        computing = self.n_networks * once.computing_seconds
        spread = once.high_seconds / once.wall_seconds
        whole = starting + computing + once.merge_seconds
        beside = self.memory_bytes - max(one.memory_bytes for one in self.estimates)
        return replace(
            once,
            task_seconds=starting + computing,
            low_seconds=whole / spread,
            high_seconds=whole * spread,
            memory_bytes=once.memory_bytes + max(0.0, beside),
            computing_seconds=computing,
        )

    @property
    def words(self) -> str:
        """The forecast in one sentence."""
        more = ""
        if self.refining_seconds > 0:
            more = f", and about {labels.estimate(self.refining_seconds)} of further permutations"
        return (
            f"About {labels.estimate(self.wall_seconds)} ({labels.estimate(self.low_seconds)} to "
            f"{labels.estimate(self.high_seconds)}) for {self.n_forests:,} forests{more}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "n_forests": self.n_forests,
            "wall_seconds": self.wall_seconds,
            "low_seconds": self.low_seconds,
            "high_seconds": self.high_seconds,
            "refining_seconds": self.refining_seconds,
            "memory_bytes": self.memory_bytes,
            "sentences": list(self.sentences),
        }


def pilot_specs(spec: ComparisonSpec, *, home: Path | None = None) -> tuple[RunSpec, ...]:
    """Return the runs whose pilots a forecast needs: one on each data set.

    Parameters
    ----------
    spec : ComparisonSpec
        The comparison.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When the groups cannot be compared.
    """
    pooled = PooledSamples.of(spec, home=home)
    found = []
    for dataset in sorted({spec.first.dataset, spec.second.dataset}):
        is_all = pooled.n_left_out == 0
        regulators, targets = (
            pooled.genes if names is None and not is_all else names
            for names in (spec.regulators, spec.targets)
        )
        found.append(RunSpec(dataset, regulators, targets, spec.forest, 1, spec.layout))
    return tuple(found)


def find_forecast(spec: ComparisonSpec, *, home: Path | None = None) -> ComparisonForecast | None:
    """Return the forecast from pilots of the last hour; None where one is missing.

    Parameters
    ----------
    spec : ComparisonSpec
        The comparison.
    home : Path, optional
        The home; the user's by default.
    """
    runs = pilot_specs(spec, home=home)
    pilots = [planning.find(run, home_folder=home) for run in runs]
    known = [pilot for pilot in pilots if pilot is not None]
    return _forecast(spec, runs, known, home) if len(known) == len(runs) else None


def remember(folder: Path, spec: ComparisonSpec, *, home: Path | None = None) -> None:
    """Write the forecast of a comparison that is about to start, when pilots allow one.

    It is later compared with the measured time and memory, and the next forecasts learn from it. A
    comparison needs none: where forecasting fails, the reason is logged.

    Parameters
    ----------
    folder : Path
        The folder of the comparison.
    spec : ComparisonSpec
        The comparison.
    home : Path, optional
        The home; the user's by default.
    """
    try:
        found = find_forecast(spec, home=home)
        if found is None:
            return
        values = {
            **found.to_dict(),
            "n_targets": found.n_forests,
            "engine": _engine(spec),
            "step_seconds": {"starting": 0.0},
            "raw_seconds": found.raw_seconds,
            "raw_memory_bytes": found.raw_memory_bytes,
        }
        atomic_write.write_json(folder / filenames.FORECAST, values)
        note(folder, home)
    except (Genie3Error, OSError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        # A pilot's file that another program damaged may hold any value.
        log.warning("The comparison has no forecast: %s", error)


def _engine(spec: ComparisonSpec) -> str:
    """Return what earlier comparisons must share to teach about this one."""
    return f"{spec.forest.engine}, comparison"


def measure_forecast(spec: ComparisonSpec, *, home: Path | None = None) -> ComparisonForecast:
    """Infer a few targets of each data set, for some seconds, and return the forecast.

    Parameters
    ----------
    spec : ComparisonSpec
        The comparison.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When the groups cannot be compared.
    Genie3Error
        When a pilot fails or is cancelled.
    """
    runs = pilot_specs(spec, home=home)
    pilots = [planning.measure(run, home_folder=home, seed=spec.forest.seed) for run in runs]
    return _forecast(spec, runs, pilots, home)


def _forecast(
    spec: ComparisonSpec, runs: tuple[RunSpec, ...], pilots: list[Pilot], home: Path | None
) -> ComparisonForecast:
    expressions = [open_dataset(run.dataset, home=home) for run in runs]
    estimates = [
        planning.forecast(run, expression, pilot, home_folder=home)
        for run, expression, pilot in zip(runs, expressions, pilots, strict=True)
    ]
    pooled = PooledSamples.of(spec, home=home)
    n_samples = sum(pooled.n_samples)
    share = n_samples / sum(expression.n_samples for expression in expressions)
    both = share * sum(estimate.step_seconds["computing"] for estimate in estimates)
    fixed = sum(
        estimates[0].step_seconds[step]
        for step in ("starting", "reading", "preparing", "compiling", "writing")
    )
    wall = fixed + both * (1 + spec.n_permutations)
    spread = max(estimate.high_seconds / estimate.wall_seconds for estimate in estimates)
    n_targets = int(pooled.targets.size)
    memory = _memory(spec, estimates, expressions, n_samples)
    learnt = learned(past(home), place_key(pilots[0].machine, _engine(spec)))
    foretold = wall * learnt.factor
    return ComparisonForecast(
        n_forests=2 * n_targets * (1 + spec.n_permutations),
        wall_seconds=foretold,
        low_seconds=foretold / spread,
        high_seconds=foretold * spread,
        refining_seconds=both * spec.n_more * REFINED_SHARE * learnt.factor,
        memory_bytes=memory * learnt.memory_factor,
        sentences=_sentences(spec, estimates, share),
        raw_seconds=wall,
        raw_memory_bytes=memory,
        n_targets=n_targets,
        n_steps=n_steps(spec),
        estimates=tuple(estimates),
        n_networks=share * learnt.factor * (1 + spec.n_permutations + REFINED_SHARE * spec.n_more),
    )


def memory_by_size(folder: ComparisonFolder, home: Path | None) -> float:
    """Return the memory that a comparison should not exceed, in bytes, by its size.

    Raises
    ------
    InputError
        When the groups cannot be compared.
    """
    spec = folder.spec
    pooled = PooledSamples.of(spec, home=home)
    n_samples, genes = sum(pooled.n_samples), len(pooled.genes)
    works = [workload_of(run, genes, n_samples) for run in pilot_specs(spec, home=home)]
    judging = _memory_of_links(spec, genes, n_samples, n_processes=works[0].n_processes)
    return max(map(memory_without_pilot, works)) + judging


def _memory(
    spec: ComparisonSpec,
    estimates: list[Forecast],
    expressions: list[Expression],
    n_samples: int,
) -> float:
    n_genes = min(expression.n_genes for expression in expressions)
    n_processes = estimates[0].work.n_processes
    judging = _memory_of_links(spec, n_genes, n_samples, n_processes=n_processes)
    return max(estimate.memory_bytes for estimate in estimates) + judging


def _memory_of_links(
    spec: ComparisonSpec, n_genes: int, n_samples: int, *, n_processes: int
) -> float:
    """Return what a comparison holds next to its forests: pooled matrices, and links judged."""
    matrices = MATRICES * 8.0 * n_genes * n_samples * n_processes
    n_links = 2.0 * spec.top
    judging = n_links * _IMPORTANCES * (1 + spec.n_permutations)
    if spec.n_more:
        labellings = spec.n_permutations + spec.n_more
        judging += REFINED_SHARE * n_links * _IMPORTANCES * labellings
    return matrices + judging


def _sentences(spec: ComparisonSpec, estimates: list[Forecast], share: float) -> tuple[str, ...]:
    measured = [sentence for estimate in estimates for sentence in estimate.measured()[:1]]
    assumed = [
        "The machine is as busy during the comparison as it was during the pilot run.",
    ]
    if share < 1:
        assumed.append(
            f"The forests of both groups take {share:.0%} of the time of forests of all samples."
        )
    if spec.n_more:
        assumed.append(f"A tenth of the targets have further permutations: {spec.n_more:,} each.")
    return (*measured, *assumed)
