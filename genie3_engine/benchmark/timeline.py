"""Timeline of a run: when each of its steps and each of its workers was busy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.benchmark.measurements import PHASES
from genie3_engine.errors import Genie3Error
from genie3_engine.labels import percent
from genie3_engine.model import ENGINES, TargetSummary
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

MOST_BARS = 4_000  # of all workers together, which a browser draws at once
BARS_OF_A_WORKER = (50, 400)  # fewest and most, where its targets are more
WORTH_SAYING = 0.1  # a share of the workers' time that is a sentence of its own


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run: its name in `PHASES`, when it began and ended, in seconds of the run."""

    phase: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A time in which a worker had one target, or several.

    Parameters
    ----------
    worker : int
        Position of the worker in `Timeline.workers`.
    begin, end : float
        Seconds since the run began.
    busy : float
        Share of this time in which the worker had a target; the rest it was idle.
    on_core : float
        Share of this time that its threads had on cores: at most ``busy``, and less where they
        waited for a core or for one another.
    n_targets : int
        Targets that ended in this time.
    """

    worker: int
    begin: float
    end: float
    busy: float
    on_core: float
    n_targets: int

    @property
    def waiting(self) -> float:
        """Share of this time in which it had a target and waited for a core."""
        return self.busy - self.on_core


@dataclass(frozen=True, slots=True)
class Timeline:
    """When the steps and the workers of a run were busy.

    Parameters
    ----------
    steps : tuple of Step
        In order.
    workers : tuple of str
        Numbers of the workers, as the run has recorded them.
    bars : tuple of Bar
        By worker and time.
    busy, on_core : float
        As in `Bar`, of all workers from the first target to the last.
    """

    steps: tuple[Step, ...]
    workers: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    busy: float = 0.0
    on_core: float = 0.0

    @property
    def end(self) -> float:
        """Seconds that the run took."""
        return max([0.0, *(step.end for step in self.steps), *(bar.end for bar in self.bars)])

    @property
    def sentence(self) -> str:
        """How much of the time of its workers was used, and what became of the rest."""
        if not self.workers:
            return (
                "its workers are not known, because an earlier version measured it or its run is "
                "not on this machine."
            )
        who = "the worker was" if len(self.workers) == 1 else "the workers were"
        text = f"{who} on a core {percent(self.on_core)} of the time"
        rest = [
            f"{verb} {percent(share)}"
            for verb, share in (
                ("waited for one", self.busy - self.on_core),
                ("had no target", 1 - self.busy),
            )
            if share >= 0.005
        ]
        text = ", ".join([text, *rest[:-1]]) + (f" and {rest[-1]}" if rest else "")
        if self.busy - self.on_core >= WORTH_SAYING:
            return f"{text}: there were more workers than free cores."
        if 1 - self.busy >= WORTH_SAYING:
            return f"{text}: some had no target left, or waited for the first."
        return f"{text}."


def run_timeline(run: Path, seconds: Mapping[str, float]) -> Timeline:
    """Return the timeline of a finished run; without workers where they were not recorded.

    Parameters
    ----------
    run : Path
        The run's folder.
    seconds : mapping
        Of each of its steps, see `PHASES`.
    """
    try:
        folder = RunFolder.open(run)
        rows = read_targets(folder.targets_path)
        spec = folder.spec
    except Genie3Error:
        return timeline((), seconds)
    n_threads = spec.layout.n_jobs if ENGINES[spec.forest.engine].has_jobs else 1
    return timeline(rows, seconds, n_threads=n_threads)


def timeline(
    rows: Sequence[TargetSummary], seconds: Mapping[str, float], *, n_threads: int = 1
) -> Timeline:
    """Return the timeline of a run from what it has recorded of its targets.

    Parameters
    ----------
    rows : sequence of TargetSummary
        Its targets.
    seconds : mapping
        Of each of its steps, see `PHASES`.
    n_threads : int
        Threads of each worker: 1, or scikit-learn's jobs.

    Returns
    -------
    Timeline
        Without workers where none was recorded, as in runs of earlier versions.

    Notes
    -----
    The first target begins with the step in which targets are computed. A worker with many targets
    has one bar for each of some equally long times, with the share of it that was busy: no idle
    time is lost by that.
    """
    known = [row for row in rows if row.worker and math.isfinite(row.began + row.elapsed)]
    steps = tuple(_steps(seconds))
    if not known:
        return Timeline(steps)
    shift = next((step.begin for step in steps if step.phase == "computing"), 0.0)
    shift -= min(row.began for row in known)
    workers = tuple(sorted({row.worker for row in known}, key=_order))
    by_worker: dict[str, list[TargetSummary]] = {worker: [] for worker in workers}
    for row in known:
        by_worker[row.worker].append(row)
    begin = min(row.began for row in known) + shift
    end = max(row.began + row.elapsed for row in known) + shift
    fewest, most = BARS_OF_A_WORKER
    most = max(fewest, min(most, MOST_BARS // len(workers)))
    bars = [
        bar
        for number, own in enumerate(by_worker.values())
        for bar in _bars(number, own, shift=shift, n_threads=n_threads, span=(begin, end, most))
    ]
    whole = len(workers) * (end - begin) or 1.0
    return Timeline(
        steps,
        workers,
        tuple(bars),
        busy=min(1.0, sum((bar.end - bar.begin) * bar.busy for bar in bars) / whole),
        on_core=min(1.0, sum((bar.end - bar.begin) * bar.on_core for bar in bars) / whole),
    )


def _steps(seconds: Mapping[str, float]) -> Iterator[Step]:
    """Yield the steps that took time, one after the other."""
    now = 0.0
    for phase in PHASES:
        spent = float(seconds.get(phase, 0.0))
        if spent > 0:
            yield Step(phase, now, now + spent)
            now += spent


def _order(worker: str) -> tuple[int, ...]:
    """Return the numbers of a worker, by which workers are sorted."""
    return tuple(int(part) for part in worker.split(".") if part.isdecimal())


def _bars(
    number: int,
    rows: Sequence[TargetSummary],
    *,
    shift: float,
    n_threads: int,
    span: tuple[float, float, int],
) -> Iterator[Bar]:
    """Yield the bars of a worker: one for each target, or ``span``'s number of them."""
    begin, end, most = span
    if len(rows) <= most:
        for row in sorted(rows, key=lambda row: row.began):
            start = row.began + shift
            yield Bar(number, start, start + row.elapsed, 1.0, _on_core(row, n_threads), 1)
        return
    width = (end - begin) / most
    busy, on_core, ended = [0.0] * most, [0.0] * most, [0] * most
    for row in rows:
        start = row.began + shift - begin
        stop, share = start + row.elapsed, _on_core(row, n_threads)
        first, last = int(start / width), min(most - 1, int(stop / width))
        ended[last] += 1
        for place in range(first, last + 1):
            inside = min(stop, (place + 1) * width) - max(start, place * width)
            busy[place] += inside / width
            on_core[place] += share * inside / width
    for place in range(most):
        if busy[place] > 0:
            left = begin + place * width
            used = min(1.0, busy[place])
            yield Bar(number, left, left + width, used, min(used, on_core[place]), ended[place])


def _on_core(row: TargetSummary, n_threads: int) -> float:
    """Return the share of a target's time that the worker's threads were on cores."""
    if row.elapsed <= 0:
        return 1.0
    return min(1.0, row.seconds / (row.elapsed * n_threads))
