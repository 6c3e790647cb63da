"""History of forecasts: their errors, and the corrections that the next forecast learns."""

from __future__ import annotations

import hashlib
import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.user_directory import home, runs_folder
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder

POINTERS = "forecasts"
SHRINKAGE = 4.0  # this many runs without error are counted in addition to the real ones
ERROR_SHRINKAGE = 8.0
MOST = 20
_LOOKED_AT = 200
_WIDEST = math.log(2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run compared with its forecast.

    Parameters
    ----------
    where : str
        The machine and engine; see `place_key`.
    forecast_seconds, low_seconds, high_seconds : float
        What was forecast, and between what.
    raw_seconds : float
        The forecast as it was before anything was learned.
    seconds : float
        What it took.
    forecast_bytes, bytes_held : float
        Peak memory, forecast and measured; 0 when unknown.
    thread_ratio : float or None
        On cloud instances, thread seconds per target divided by the forecast ones: the rest of
        the time does not depend on the cores.
    """

    where: str
    forecast_seconds: float
    low_seconds: float
    high_seconds: float
    raw_seconds: float
    seconds: float
    forecast_bytes: float = 0.0
    bytes_held: float = 0.0
    thread_ratio: float | None = None

    @property
    def ratio(self) -> float:
        """Measured by forecast: of a target's seconds where they are known, else of the whole."""
        if self.thread_ratio is not None:
            return self.thread_ratio
        return self.seconds / max(self.raw_seconds, 1e-3)

    @property
    def is_covered(self) -> bool:
        """True when it took between the lowest and the highest seconds that were forecast."""
        return self.low_seconds <= self.seconds <= self.high_seconds


@dataclass(frozen=True, slots=True)
class Experience:
    """What earlier forecasts teach.

    Parameters
    ----------
    n_runs, n_covered : int
        Finished runs that had a forecast, newest 20 at most, and how many of them ended within it.
    factor : float
        What the next forecast of time is multiplied by.
    memory_factor : float
        Likewise for memory.
    error : float or None
        Standard deviation of the logarithm of measured by forecast; None without runs.
    median_miss : float or None
        Median share by which the forecasts were off, either way.
    """

    n_runs: int = 0
    n_covered: int = 0
    factor: float = 1.0
    memory_factor: float = 1.0
    error: float | None = None
    median_miss: float | None = None

    def widened(self, relative_error: float) -> float:
        """Return a forecast's relative error in the light of how large errors were."""
        if self.error is None:
            return relative_error
        squares = ERROR_SHRINKAGE * relative_error**2 + self.n_runs * self.error**2
        return math.sqrt(squares / (ERROR_SHRINKAGE + self.n_runs))

    def sentence(self) -> str:
        """Return one sentence about the accuracy of earlier forecasts."""
        if not self.n_runs or self.median_miss is None:
            return "No run that had a forecast has been finished here yet."
        runs = "1 run" if self.n_runs == 1 else f"{self.n_runs} runs"
        return (
            f"Of the last {runs} here with a forecast, {self.n_covered} ended within it; "
            f"the typical miss was {self.median_miss:.0%}."
        )


def place_key(machine: dict[str, Any], engine: str) -> str:
    """Return what forecasts must share to learn from one another.

    Parameters
    ----------
    machine : dict
        The machine, as returned by `genie3_engine.jobs.machine.machine`.
    engine : str
        What grows the forests.
    """
    return f"{machine.get('processor', '')} | {machine.get('usable_cores', '')} | {engine}"


def family_key(instance_type: str, engine: str) -> str:
    """Return what forecasts for cloud instances must share to learn from one another.

    Parameters
    ----------
    instance_type : str
        Such as ``ml.c5.2xlarge``; its sizes have the same cores.
    engine : str
        What grows the forests.
    """
    return f"{instance_type.rpartition('.')[0]} | {engine}"


def learned(outcomes: Sequence[Outcome], where: str) -> Experience:
    """Return what the finished runs of a machine and an engine teach.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Newest first.
    where : str
        See `place_key`.

    Notes
    -----
    The factor is the median of measured by forecast, drawn towards 1 as if four more runs had met
    their forecast exactly: one odd run changes little. The error is taken about the corrected
    forecast; a tenth of it is the least, however few runs there are.
    """
    here = [one for one in outcomes if one.where == where][:MOST]
    if not here:
        return Experience()
    ratios = [_log_ratio(one.ratio, 1.0) for one in here]
    weight = len(here) / (len(here) + SHRINKAGE)
    shift = weight * statistics.median(ratios)
    memory = [
        _log_ratio(one.bytes_held, one.forecast_bytes)
        for one in here
        if one.bytes_held > 0 and one.forecast_bytes > 0
    ]
    memory_shift = 0.0
    if memory:
        memory_shift = len(memory) / (len(memory) + SHRINKAGE) * statistics.median(memory)
    errors = [ratio - shift for ratio in ratios]
    misses = [abs(one.seconds / one.forecast_seconds - 1.0) for one in here]
    return Experience(
        n_runs=len(here),
        n_covered=sum(one.is_covered for one in here),
        factor=math.exp(shift),
        memory_factor=math.exp(memory_shift),
        error=math.sqrt(sum(error**2 for error in errors) / len(errors)),
        median_miss=statistics.median(misses),
    )


def _log_ratio(measured: float, expected: float) -> float:
    ratio = math.log(max(measured, 1e-3) / max(expected, 1e-3))
    return min(_WIDEST, max(-_WIDEST, ratio))


def past(home_folder: Path | None = None) -> list[Outcome]:
    """Return the finished runs of a home that had a forecast, newest first.

    Parameters
    ----------
    home_folder : Path, optional
        The home; the user's by default.
    """
    files = [
        *stored_paths(runs_folder(home_folder), f"[!.]*/{filenames.FORECAST}"),
        *_elsewhere(home_folder),
    ]
    files = sorted(files, key=_written, reverse=True)[:_LOOKED_AT]
    outcomes = [_unchanged(file.parent, _stamp(file.parent)) for file in files]
    return [one for one in outcomes if one is not None]


@lru_cache(maxsize=4 * _LOOKED_AT)
def _unchanged(run: Path, stamp: tuple[float, ...]) -> Outcome | None:
    """Return a run's outcome; its files are read again only when one of them has changed."""
    return outcome_of(run)


def _stamp(run: Path) -> tuple[float, ...]:
    return tuple(
        _written(run / name) for name in (filenames.FORECAST, filenames.TIMINGS, filenames.STATUS)
    )


def note(run: Path, home_folder: Path | None = None) -> None:
    """Make a run outside the home known to `past`.

    Parameters
    ----------
    run : Path
        The run's folder, with a forecast in it.
    home_folder : Path, optional
        The home; the user's by default.
    """
    run = run.absolute()
    if run.parent == runs_folder(home_folder).absolute():
        return
    pointers = (home_folder or home()) / POINTERS
    pointers.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(run).encode()).hexdigest()[:24]
    atomic_write.write_json(pointers / f"{name}.json", {"run": str(run)})


def _elsewhere(home_folder: Path | None) -> Iterator[Path]:
    """Yield the forecasts of runs outside the home; remove pointers to runs that are gone."""
    for pointer in stored_paths((home_folder or home()) / POINTERS, "*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            file = Path(atomic_write.read_json(pointer)["run"]) / filenames.FORECAST
            if file.is_file():
                yield file
            else:
                pointer.unlink(missing_ok=True)


def outcome_of(run: Path) -> Outcome | None:
    """Return a run's outcome; None without a forecast, or when it was computed in several parts.

    Parameters
    ----------
    run : Path
        The run's folder.
    """
    with suppress(OSError, ValueError, KeyError, TypeError, ZeroDivisionError, RunError):
        foretold = atomic_write.read_json(run / filenames.FORECAST)
        timings = atomic_write.read_json(run / filenames.TIMINGS)
        status = RunFolder(run).read_status()
        if status.state is not JobState.DONE:
            return None
        if timings["targets_computed"] != foretold["n_targets"] or timings.get("was_resumed"):
            return None
        if "instance_type" in foretold:
            return _cloud_outcome(foretold, timings)
        if "hosts" in timings:
            return None  # it was foretold for one machine
        starting = foretold["step_seconds"]["starting"]
        taken = timings["seconds"]
        seconds = taken["total"] - taken["starting"]
        seconds -= taken.get("refining", 0.0)  # of a comparison, which foretells it apart
        return Outcome(
            where=place_key(timings["machine"], foretold["engine"]),
            forecast_seconds=foretold["wall_seconds"] - starting,
            low_seconds=foretold["low_seconds"] - starting,
            high_seconds=foretold["high_seconds"] - starting,
            raw_seconds=foretold["raw_seconds"] - starting,
            seconds=seconds,
            forecast_bytes=foretold["raw_memory_bytes"],
            bytes_held=timings["peak_memory_bytes"],
        )
    return None


def _cloud_outcome(foretold: dict[str, Any], timings: dict[str, Any]) -> Outcome:
    thread_seconds = timings["target_seconds"] / timings["targets_computed"]
    return Outcome(
        where=family_key(foretold["instance_type"], foretold["engine"]),
        forecast_seconds=foretold["wall_seconds"],
        low_seconds=foretold["low_seconds"],
        high_seconds=foretold["high_seconds"],
        raw_seconds=foretold["wall_seconds"],
        seconds=timings["seconds"]["total"],
        forecast_bytes=foretold["raw_memory_bytes"],
        bytes_held=timings["peak_memory_bytes"],
        thread_ratio=thread_seconds / foretold["raw_thread_seconds"],
    )


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
