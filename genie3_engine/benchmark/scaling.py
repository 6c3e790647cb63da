"""Fit scaling laws (Amdahl's and the universal one) to measured speed-ups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genie3_engine.benchmark.speedup import Series, fits_cores
from genie3_engine.labels import percent

_NOTHING = 0.0005  # a share that is written as 0 %

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AmdahlFit:
    """Amdahl's law: a share of the work does not run in parallel.

    Parameters
    ----------
    serial : float
        That share, 0 to 1.
    misses : float
        How far the law is from the farthest point, as a share of that point.
    """

    serial: float
    misses: float = 0.0

    def speedup(self, workers: float) -> float:
        """Return the speed-up that the law expects."""
        return 1.0 / (self.serial + (1.0 - self.serial) / workers)

    @property
    def limit(self) -> float:
        """The speed-up that no number of workers exceeds."""
        return math.inf if self.serial <= 0 else 1.0 / self.serial

    @property
    def words(self) -> str:
        """The parameter in words."""
        if self.serial < _NOTHING:
            return "All of this work runs in parallel."
        if self.serial > 1 - _NOTHING:
            return "More workers do not make this work faster."
        return (
            f"{percent(self.serial)} of this work does not run in parallel: no number of workers "
            f"makes it more than {self.limit:,.3g} times as fast."
        )


@dataclass(frozen=True, slots=True)
class UniversalFit:
    """The Universal Scalability Law: workers also wait for one another.

    Parameters
    ----------
    contention : float
        The share of the work that waits for something that workers share.
    coherency : float
        What each pair of workers costs in talking, as a share of the work of one.
    misses : float
        How far the law is from the farthest point, as a share of that point.
    """

    contention: float
    coherency: float
    misses: float = 0.0

    def speedup(self, workers: float) -> float:
        """Return the speed-up that the law expects."""
        return workers / (
            1.0 + self.contention * (workers - 1) + self.coherency * workers * (workers - 1)
        )

    @property
    def best_workers(self) -> float:
        """The number of workers beyond which it gets slower."""
        if self.coherency <= 0:
            return math.inf
        return math.sqrt(max(0.0, 1.0 - self.contention) / self.coherency)

    @property
    def words(self) -> str:
        """The parameters in words."""
        queue = f"{percent(self.contention)} of this work waits for something that workers share"
        if self.coherency < 1e-6:
            return f"{queue}; more workers do not make it slower."
        best = self.best_workers
        most = self.speedup(max(1.0, best))
        return (
            f"{queue}, and each pair of workers adds {percent(self.coherency, digits=2)} for "
            f"waiting for one another: it is fastest with {max(1.0, best):,.0f} workers, "
            f"{most:,.3g} times as fast."
        )


@dataclass(frozen=True, slots=True)
class SeriesFits:
    """The laws fitted to one series; None where there are too few different numbers of workers."""

    series: Series
    amdahl: AmdahlFit | None
    universal: UniversalFit | None


def fits(found: Sequence[Series], *, n_cores: int) -> tuple[SeriesFits, ...]:
    """Fit both laws to each series.

    Parameters
    ----------
    found : sequence of Series
        Of one experiment.
    n_cores : int
        Cores of the machine. Rows with more workers than cores show what too many workers cost, and
        not how the work scales: they are left out of the fits.
    """
    return tuple(_fitted(each, n_cores) for each in found)


def _fitted(one: Series, n_cores: int) -> SeriesFits:
    inside = [row for row in one.rows if fits_cores(row, n_cores)]
    workers = [row.configuration.workers for row in inside]
    speedups = [row.speedup or 0.0 for row in inside]
    n_different = len(set(workers))
    return SeriesFits(
        one,
        fit_amdahl(workers, speedups) if n_different >= 2 and not one.is_weak else None,
        fit_universal(workers, speedups) if n_different >= 3 else None,
    )


def fit_amdahl(workers: Sequence[int], speedups: Sequence[float]) -> AmdahlFit:
    """Fit Amdahl's law by least squares of relative errors of the time.

    Parameters
    ----------
    workers, speedups : sequence
        The measured points; two different numbers of workers at least.

    Notes
    -----
    Amdahl, AFIPS 1967. The time of n workers is ``a / n + b``, linear in both parameters, which are
    kept from falling below zero; ``b / (a + b)`` is the serial share. The time of one worker is
    fitted too, so that its noise does not bend the whole curve.
    """
    n, time = np.asarray(workers, dtype=float), 1.0 / np.asarray(speedups, dtype=float)
    parallel, serial = _nonnegative(np.column_stack([1.0 / n, np.ones_like(n)]), time)
    law = AmdahlFit(float(serial / (parallel + serial)))
    return replace(law, misses=_farthest(law, workers, speedups))


def fit_universal(workers: Sequence[int], speedups: Sequence[float]) -> UniversalFit:
    """Fit the Universal Scalability Law by least squares of relative errors of the time.

    Parameters
    ----------
    workers, speedups : sequence
        The measured points; three different numbers of workers at least.

    Notes
    -----
    Gunther, *Guerrilla Capacity Planning*, 2007. The time of n workers is
    ``t (1 + c (n - 1) + d n (n - 1)) / n``, linear in ``t``, ``t c`` and ``t d``.
    """
    n, time = np.asarray(workers, dtype=float), 1.0 / np.asarray(speedups, dtype=float)
    one, queue, talk = _nonnegative(np.column_stack([1.0 / n, (n - 1) / n, n - 1]), time)
    if one <= 0:
        return UniversalFit(1.0, 0.0)
    law = UniversalFit(float(queue / one), float(talk / one))
    return replace(law, misses=_farthest(law, workers, speedups))


def _farthest(
    law: AmdahlFit | UniversalFit, workers: Sequence[int], speedups: Sequence[float]
) -> float:
    """Return the law's greatest relative error."""
    pairs = zip(workers, speedups, strict=True)
    return max(abs(law.speedup(n) / speedup - 1) for n, speedup in pairs)


def _nonnegative(columns: Floats, times: Floats) -> Floats:
    """Return non-negative coefficients with the least squared relative error."""
    from scipy.optimize import nnls  # half a second, which most that import this need not spend

    coefficients, _ = nnls(columns / times[:, None], np.ones_like(times))
    fitted: Floats = coefficients
    return fitted
